-- What was delivered is stored again, for its region or another: at the end of the mailbox, in its order, with fresh attempts and age.
-- Only what still has its payload. $1 after this id, $2 up to this id, $3 most rows, $4 age limit in ms, $5 target region or null,
-- then the selection's.
WITH selected AS (
  SELECT *, CASE WHEN $5::text IS NULL THEN mailbox ELSE regexp_replace(mailbox, '^([^:]*):[^:]*', '\1:' || $5) END AS target
  FROM delivered_webhook
  WHERE id > $1::bigint AND id <= $2::bigint AND /* selection */
  ORDER BY id LIMIT $3::integer
), stored AS (
  INSERT INTO stored_webhook (mailbox, region, provider, integration_id, provider_delivery_id, event_type, request_id,
    received_at, expires_at, is_verified, method, path, headers, body_bytes, body_sha256, sealed, sealed_mailbox)
  SELECT target, coalesce($5, region), provider, integration_id, provider_delivery_id, event_type, request_id,
    received_at, now() + $4::bigint * interval '1 millisecond', is_verified, method, path, headers, body_bytes, body_sha256,
    sealed, sealed_mailbox
  FROM selected ORDER BY id
)
SELECT id::text, target AS mailbox FROM selected
