-- Mailboxes with rows that nobody drains and that are due, in name order after a cursor.
-- $1 name to start after, $2 most names. Index: stored_webhook_mailbox_id, one probe per mailbox whatever its depth.
WITH RECURSIVE box AS (
  (SELECT mailbox FROM stored_webhook WHERE mailbox > $1 ORDER BY mailbox LIMIT 1)
  UNION ALL
  SELECT (SELECT next.mailbox FROM stored_webhook AS next WHERE next.mailbox > box.mailbox ORDER BY next.mailbox LIMIT 1)
  FROM box
  WHERE box.mailbox IS NOT NULL
)
SELECT box.mailbox
FROM box
WHERE box.mailbox IS NOT NULL
  -- A scalar subquery, not a join: it keeps the walk's order and lets LIMIT end the walk.
  AND coalesce((
    SELECT claim.claimed_until <= now() AND claim.due_at <= now() FROM mailbox AS claim WHERE claim.name = box.mailbox
  ), true)
LIMIT $2::integer
