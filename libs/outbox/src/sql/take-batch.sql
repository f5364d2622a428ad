-- Claims a mailbox (or renews the caller's claim) and takes its next rows, counting an attempt for each before it is sent.
-- $1 mailbox, $2 claim token, $3 claim duration in ms, $4 most rows.
-- Index: mailbox_pkey, stored_webhook_mailbox_id.
-- Nothing is taken while another claim is valid, the mailbox is not due, or an operator holds it. A row that was attempted before is taken alone:
-- if it is the one that kills the process, its neighbours must not pay with their attempts.
WITH claim AS (
  INSERT INTO mailbox AS box (name, claim_token, claimed_until)
  SELECT $1, $2::uuid, now() + $3::integer * interval '1 millisecond'
  WHERE NOT EXISTS (SELECT FROM hold) OR NOT is_held($1::text)
  ON CONFLICT (name) DO UPDATE
    SET claim_token = excluded.claim_token, claimed_until = excluded.claimed_until
    WHERE box.claim_token = excluded.claim_token OR (box.claimed_until <= now() AND box.due_at <= now())
  RETURNING name
), head AS MATERIALIZED (
  -- Not mailbox = $1 and ORDER BY id: that lets the planner walk the primary key through every other mailbox's rows.
  SELECT id, attempts
  FROM (
    SELECT id, attempts, mailbox
    FROM stored_webhook
    WHERE (mailbox, id) >= ($1::text, 0) AND EXISTS (SELECT FROM claim)
    ORDER BY mailbox, id
    LIMIT $4::integer
  ) AS next
  WHERE next.mailbox = $1
), taken AS (
  SELECT id
  FROM head
  WHERE id = (SELECT min(id) FROM head)
     OR id < coalesce((SELECT min(id) FROM head WHERE attempts > 0), 9223372036854775807)
)
UPDATE stored_webhook AS row
SET attempts = row.attempts + 1
FROM taken
WHERE row.id = taken.id
RETURNING row.id, row.region, row.provider, row.integration_id, row.provider_delivery_id, row.event_type, row.request_id,
  row.received_at, row.expires_at <= now() AS is_expired, row.is_ephemeral, row.is_verified, row.attempts,
  row.method, row.path, row.headers, row.body_sha256, row.sealed, row.sealed_mailbox, row.lane,
  row.traceparent
