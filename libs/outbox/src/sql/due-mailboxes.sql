-- Mailboxes with rows that nobody drains or holds and that are due, in name order after a cursor.
-- is_retry: it has waited for the end of a backoff. $1 name to start after, $2 most names. Index: stored_webhook_mailbox_id, one probe per mailbox whatever its depth.
WITH RECURSIVE box AS (
  (SELECT mailbox FROM stored_webhook WHERE mailbox > $1 ORDER BY mailbox LIMIT 1)
  UNION ALL
  SELECT (SELECT next.mailbox FROM stored_webhook AS next WHERE next.mailbox > box.mailbox ORDER BY next.mailbox LIMIT 1)
  FROM box
  WHERE box.mailbox IS NOT NULL
)
SELECT box.mailbox, coalesce((SELECT claim.due_at > '-infinity' FROM mailbox AS claim WHERE claim.name = box.mailbox), false) AS is_retry
FROM box
WHERE box.mailbox IS NOT NULL
  -- A scalar subquery, not a join: it keeps the walk's order and lets LIMIT end the walk.
  AND coalesce((
    SELECT claim.claimed_until <= now() AND claim.due_at <= now() FROM mailbox AS claim WHERE claim.name = box.mailbox
  ), true)
  AND NOT EXISTS (
      SELECT FROM hold
      WHERE (hold.scope = 'mailbox' AND hold.value = split_part(box.mailbox, '!', 1))
         OR (hold.scope = 'region' AND hold.value = split_part(box.mailbox, ':', 2))
         OR (hold.scope = 'integration' AND hold.value = split_part(box.mailbox, ':', 1) || ':' || split_part(box.mailbox, ':', 3)))
LIMIT $2::integer
