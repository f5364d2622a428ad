-- Dead letters become stored webhooks again, for their region or another: at the end of the mailbox, in their order, with fresh attempts
-- and age. $1 after this id, $2 up to this id, $3 most rows, $4 age limit in ms, $5 target region or null, then the selection's.
-- Index: dead_letter_pkey.
WITH selected AS (
  SELECT id FROM dead_letter
  WHERE id > $1::bigint AND id <= $2::bigint AND /* selection */
  ORDER BY id LIMIT $3::integer
  FOR UPDATE
), gone AS (
  DELETE FROM dead_letter WHERE id IN (SELECT id FROM selected)
  RETURNING *, CASE WHEN $5::text IS NULL THEN mailbox ELSE regexp_replace(mailbox, '^([^:]*):[^:]*', '\1:' || $5) END AS target
), stored AS (
  INSERT INTO stored_webhook (mailbox, region, provider, integration_id, provider_delivery_id, event_type, request_id,
    received_at, expires_at, is_ephemeral, is_verified, method, path, headers, body_bytes, body_sha256, sealed, sealed_mailbox, lane,
    traceparent)
  SELECT target, coalesce($5, region), provider, integration_id, provider_delivery_id, event_type, request_id,
    received_at, now() + $4::bigint * interval '1 millisecond', is_ephemeral, is_verified, method, path, headers, body_bytes,
    body_sha256, sealed, coalesce(sealed_mailbox, mailbox), lane, traceparent
  FROM gone ORDER BY id
)
SELECT id::text, target AS mailbox FROM gone
