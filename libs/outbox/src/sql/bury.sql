-- Moves one row to the dead letters with its reason. An ephemeral one leaves only its record: its payload must not be kept.
-- $1 id, $2 reason, $3 status. Index: stored_webhook_pkey.
WITH gone AS (
  DELETE FROM stored_webhook WHERE id = $1::bigint RETURNING *
), kept AS (
  INSERT INTO dead_letter (id, mailbox, region, provider, integration_id, provider_delivery_id, event_type, request_id, received_at,
    expires_at, is_ephemeral, is_verified, attempts, method, path, headers, body_bytes, body_sha256, sealed, sealed_mailbox,
    lane, traceparent, reason, status)
  SELECT id, split_part(mailbox, '!', 1), region, provider, integration_id, provider_delivery_id, event_type, request_id, received_at,
    expires_at, is_ephemeral, is_verified, attempts, method, path, headers, body_bytes, body_sha256, sealed, sealed_mailbox,
    lane, traceparent, $2::text, $3::integer
  FROM gone WHERE NOT is_ephemeral
  ON CONFLICT (id) DO NOTHING
)
INSERT INTO delivery (stored_webhook_id, mailbox, region, provider, integration_id, provider_delivery_id, event_type,
  request_id, outcome, status, attempts, received_at, body_bytes, body_sha256)
SELECT id, split_part(mailbox, '!', 1), region, provider, integration_id, provider_delivery_id, event_type,
  request_id, $2::text, $3::integer, attempts, received_at, body_bytes, body_sha256
FROM gone
