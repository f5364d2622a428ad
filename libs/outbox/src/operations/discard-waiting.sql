-- Takes stored webhooks out of their mailboxes and records that somebody wanted it so.
-- $1 after this id, $2 up to this id, $3 most rows, $4 and $5 not used, then the selection's. Index: stored_webhook_pkey.
WITH selected AS (
  SELECT id FROM stored_webhook
  WHERE id > $1::bigint AND id <= $2::bigint AND ($4::bigint IS NOT NULL OR $5::text IS NOT NULL) AND /* selection */
  ORDER BY id LIMIT $3::integer
  FOR UPDATE
), gone AS (
  DELETE FROM stored_webhook WHERE id IN (SELECT id FROM selected) RETURNING *
), recorded AS (
  INSERT INTO delivery (stored_webhook_id, mailbox, region, provider, integration_id, provider_delivery_id, event_type,
    request_id, outcome, status, attempts, received_at, body_bytes, body_sha256)
  SELECT id, split_part(mailbox, '!', 1), region, provider, integration_id, provider_delivery_id, event_type,
    request_id, 'discarded', NULL, attempts, received_at, body_bytes, body_sha256
  FROM gone
)
SELECT id::text, mailbox FROM gone
