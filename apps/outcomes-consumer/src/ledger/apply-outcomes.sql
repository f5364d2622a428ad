-- Books outcomes: ledger rows that are new, and with them, and only with them, rollups, outbox and quotas.
-- Rollup rows are locked in the order of their keys, so that two writers never wait for each other in a circle.
WITH incoming AS (
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], $7::text[],
                       $8::smallint[], $9::bigint[], $10::uuid[], $11::bigint[], $12::text[], $13::text[])
    AS given(dedupe_id, occurred_at, org_id, project_id, key_id, outcome, reason,
             category, quantity, event_id, record_offset, topic, body)
), fresh AS (
  INSERT INTO outcome_event (dedupe_id, occurred_at, org_id, project_id, key_id, outcome, reason, category, quantity,
                             event_id, source, partition_no, record_offset)
  SELECT dedupe_id, occurred_at, org_id, project_id, key_id, outcome, reason, category, quantity,
         event_id, $14, $15, record_offset
  FROM incoming
  ON CONFLICT DO NOTHING
  RETURNING dedupe_id, occurred_at, org_id, project_id, coalesce(key_id, 0) AS key_id, outcome,
            coalesce(reason, 'none') AS reason, category, quantity
), hourly AS (
  INSERT INTO outcome_hourly AS kept (org_id, bucket, category, outcome, project_id, key_id, reason, quantity, times_seen)
  SELECT org_id, date_trunc('hour', occurred_at, 'UTC'), category, outcome, project_id, key_id, reason,
         sum(quantity)::bigint, count(*)
  FROM fresh GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (org_id, bucket, category, outcome, project_id, key_id, reason) DO UPDATE
    SET quantity = kept.quantity + excluded.quantity, times_seen = kept.times_seen + excluded.times_seen, updated_at = now()
), daily AS (
  INSERT INTO outcome_daily AS kept (org_id, bucket, category, outcome, project_id, key_id, reason, quantity, times_seen)
  SELECT org_id, date_trunc('day', occurred_at, 'UTC'), category, outcome, project_id, key_id, reason,
         sum(quantity)::bigint, count(*)
  FROM fresh GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (org_id, bucket, category, outcome, project_id, key_id, reason) DO UPDATE
    SET quantity = kept.quantity + excluded.quantity, times_seen = kept.times_seen + excluded.times_seen, updated_at = now()
), outbox AS (
  INSERT INTO outcome_outbox (outcome_id, topic, body, headers)
  SELECT dedupe_id, topic, body,
         jsonb_build_object('outcome_id', dedupe_id, 'source', $14::text, 'source_partition', $15::text, 'source_offset', record_offset::text)
  FROM incoming WHERE topic IS NOT NULL AND dedupe_id IN (SELECT dedupe_id FROM fresh)
  ON CONFLICT DO NOTHING
), used AS (
  INSERT INTO quota_usage AS kept (quota_id, window_start, quantity)
  SELECT quota.id, to_timestamp(floor(extract(epoch FROM occurred_at) / window_seconds) * window_seconds), sum(quantity)::bigint
  FROM fresh JOIN quota ON quota.org_id = fresh.org_id AND outcome = 0
    AND (quota.project_id IS NULL OR quota.project_id = fresh.project_id)
    AND (categories = '{}' OR category = ANY (categories))
  GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (quota_id, window_start) DO UPDATE SET quantity = kept.quantity + excluded.quantity
  RETURNING quota_id, window_start, quantity
), told AS (
  INSERT INTO notice (dedupe_key, kind, data)
  SELECT format('quota:%s:%s:%s', quota_id, extract(epoch FROM window_start)::bigint, threshold), 'quota_threshold',
         jsonb_build_object('organization_id', org_id, 'project_id', project_id, 'quota_id', quota_id, 'threshold_percent', threshold,
                            'window_start', extract(epoch FROM window_start)::bigint, 'limit', limit_quantity)
  FROM used JOIN quota ON quota.id = used.quota_id CROSS JOIN (VALUES (80), (100)) AS level(threshold)
  WHERE used.quantity * 100 >= limit_quantity * threshold ORDER BY 1
  ON CONFLICT DO NOTHING
)
SELECT (SELECT count(*)::integer FROM fresh) AS applied
