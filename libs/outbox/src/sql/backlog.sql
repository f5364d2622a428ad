-- Per region, in seconds: the age of the oldest stored webhook, and how long the most overdue mailbox has been due without a
-- drain (none when all are held, drained now, or wait for the end of a backoff). $1 most mailboxes looked at.
-- Index: stored_webhook_mailbox_id, mailbox_pkey: two probes each per mailbox, whatever its depth.
WITH RECURSIVE box AS (
  (SELECT mailbox FROM stored_webhook ORDER BY mailbox LIMIT 1)
  UNION ALL
  SELECT (SELECT next.mailbox FROM stored_webhook AS next WHERE next.mailbox > box.mailbox ORDER BY next.mailbox LIMIT 1)
  FROM box
  WHERE box.mailbox IS NOT NULL
),
known AS (SELECT mailbox FROM box WHERE mailbox IS NOT NULL LIMIT $1::integer)
SELECT
  first.region,
  max(extract(epoch FROM now() - first.received_at))::float8 AS oldest,
  max(extract(epoch FROM now() - greatest(first.received_at, claim.due_at, claim.claimed_until))) FILTER (
    WHERE coalesce(greatest(claim.due_at, claim.claimed_until) <= now(), true)
      AND (NOT EXISTS (SELECT FROM hold) OR NOT is_held(known.mailbox))
  )::float8 AS lateness
FROM known
CROSS JOIN LATERAL (
  SELECT region, received_at FROM stored_webhook WHERE stored_webhook.mailbox = known.mailbox ORDER BY id LIMIT 1
) AS first
LEFT JOIN mailbox AS claim ON claim.name = known.mailbox
GROUP BY first.region
