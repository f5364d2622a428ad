-- Removes rows that reached their region and records what became of them.
-- $1 ids, $2 outcomes, $3 statuses: three lists of the same length; $4 regions whose payloads are kept. Index: stored_webhook_pkey.
WITH result AS (
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS result (id, outcome, status)
), gone AS (
  DELETE FROM stored_webhook WHERE id = ANY ($1::bigint[]) RETURNING *
), payload AS (
  INSERT INTO delivery_payload (stored_webhook_id, region, is_verified, method, path, headers, sealed, sealed_mailbox)
  SELECT gone.id, region, is_verified, method, path, headers, sealed, coalesce(sealed_mailbox, mailbox)
  FROM gone JOIN result USING (id)
  WHERE region = ANY ($4::text[]) AND NOT is_ephemeral
)
INSERT INTO delivery (stored_webhook_id, mailbox, region, provider, integration_id, provider_delivery_id, event_type,
  request_id, outcome, status, attempts, received_at, body_bytes, body_sha256)
SELECT gone.id, split_part(mailbox, '!', 1), region, provider, integration_id, provider_delivery_id, event_type,
  request_id, result.outcome, result.status, attempts, received_at, body_bytes, body_sha256
FROM gone JOIN result USING (id)
