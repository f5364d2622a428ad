-- Removes the last rows of a drain, records what became of them, gives the mailbox back and says whether more wait: one round trip.
-- A row that is committed meanwhile is not missed: whoever hears of it waits for this statement's lock on the mailbox and then finds
-- it free; one that was refused before this statement began is seen by it.
-- $1 ids, $2 outcomes, $3 statuses, $4 mailbox, $5 claim token, $6 regions whose payloads are kept. Index: stored_webhook_pkey, stored_webhook_mailbox_id, mailbox_pkey.
WITH result AS (
  SELECT * FROM unnest($1::bigint[], $2::text[], $3::integer[]) AS result (id, outcome, status)
), gone AS (
  DELETE FROM stored_webhook WHERE id = ANY ($1::bigint[]) RETURNING *
), payload AS (
  INSERT INTO delivery_payload (stored_webhook_id, region, is_verified, method, path, headers, sealed, sealed_mailbox)
  SELECT gone.id, region, is_verified, method, path, headers, sealed, coalesce(sealed_mailbox, mailbox)
  FROM gone JOIN result USING (id)
  WHERE region = ANY ($6::text[]) AND NOT is_ephemeral
), recorded AS (
  INSERT INTO delivery (stored_webhook_id, mailbox, region, provider, integration_id, provider_delivery_id, event_type,
    request_id, outcome, status, attempts, received_at, body_bytes, body_sha256)
  SELECT gone.id, split_part(mailbox, '!', 1), region, provider, integration_id, provider_delivery_id, event_type,
    request_id, result.outcome, result.status, attempts, received_at, body_bytes, body_sha256
  FROM gone JOIN result USING (id)
), released AS (
  UPDATE mailbox SET claim_token = NULL, claimed_until = '-infinity', due_at = '-infinity'
  WHERE name = $4 AND claim_token = $5::uuid
  RETURNING name
)
SELECT
  EXISTS (SELECT FROM released) AS is_released,
  EXISTS (
    SELECT FROM (
      SELECT id, mailbox FROM stored_webhook
      WHERE (mailbox, id) >= ($4::text, 0)
      ORDER BY mailbox, id
      -- The rows that are being removed are still seen here.
      LIMIT cardinality($1::bigint[]) + 1
    ) AS next
    WHERE next.mailbox = $4 AND next.id <> ALL ($1::bigint[])
  ) AS has_more
