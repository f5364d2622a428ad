-- Opens spikes of the hour that runs, closes those that are over, and tells the notifier of each new one.
-- What is usual in this hour: three parts the same hour of the last seven days, one part all of the last 168 hours. A spike is above three
-- times that, and above a floor: 500 per hour, or the even share of the smallest quota that counts the project. Who has no history of a day has
-- no spikes. $1 start of the hour that runs. Index: outcome_hourly_bucket, outcome_hourly_pkey.
WITH used AS (
  SELECT org_id, project_id, category, sum(quantity)::bigint AS quantity
  FROM outcome_hourly WHERE bucket = $1::timestamptz AND outcome = 0 GROUP BY 1, 2, 3 HAVING sum(quantity) > 500
), judged AS (
  SELECT used.*, greatest(500, ceil(3 * (0.25 * past.total / 168 + 0.75 * past.same_hour / 7)), share.per_hour)::bigint AS threshold
  FROM used
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(hour.quantity), 0) AS total, min(hour.bucket) AS since,
      coalesce(sum(hour.quantity) FILTER (WHERE extract(epoch FROM $1::timestamptz - hour.bucket)::bigint % 86400 = 0), 0) AS same_hour
    FROM outcome_hourly AS hour
    WHERE hour.org_id = used.org_id AND hour.bucket >= $1::timestamptz - interval '168 hours' AND hour.bucket < $1::timestamptz
      AND hour.category = used.category AND hour.project_id = used.project_id AND hour.outcome = 0
  ) AS past
  CROSS JOIN LATERAL (
    SELECT coalesce(min(ceil(limit_quantity * 3600.0 / window_seconds)), 0) AS per_hour FROM quota
    WHERE quota.org_id = used.org_id AND (quota.project_id IS NULL OR quota.project_id = used.project_id)
      AND (categories = '{}' OR used.category = ANY (categories))
  ) AS share
  WHERE past.since <= $1::timestamptz - interval '24 hours'
), opened AS (
  INSERT INTO usage_spike (org_id, project_id, category, started_at, quantity, threshold)
  SELECT org_id, project_id, category, $1, quantity, threshold FROM judged WHERE quantity > threshold ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING
  RETURNING *
), told AS (
  INSERT INTO notice (dedupe_key, kind, data)
  SELECT format('spike:%s', id), 'usage_spike', jsonb_build_object('organization_id', org_id, 'project_id', project_id,
    'category', category, 'hour', extract(epoch FROM started_at)::bigint, 'quantity', quantity, 'threshold', threshold)
  FROM opened
), closed AS (
  UPDATE usage_spike AS spike SET ended_at = now()
  WHERE ended_at IS NULL AND started_at < $1::timestamptz - interval '1 hour'
    AND NOT EXISTS (
      SELECT FROM outcome_hourly AS hour
      WHERE hour.org_id = spike.org_id AND hour.bucket IN ($1::timestamptz, $1::timestamptz - interval '1 hour')
        AND hour.category = spike.category AND hour.project_id = spike.project_id AND hour.outcome = 0
      GROUP BY hour.bucket HAVING sum(hour.quantity) > spike.threshold)
  RETURNING id
)
SELECT (SELECT count(*) FROM opened)::integer AS opened, (SELECT count(*) FROM closed)::integer AS closed
