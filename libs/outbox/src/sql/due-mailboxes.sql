-- Mailboxes with rows that nobody drains or holds and that are due, in name order after a cursor.
-- is_retry: it has waited for the end of a backoff. $1 name to start after, $2 most names.
-- Index: stored_webhook_mailbox_id, mailbox_pkey: one probe each per mailbox, whatever its depth.
WITH RECURSIVE box AS (
  (SELECT mailbox FROM stored_webhook WHERE mailbox > $1 ORDER BY mailbox LIMIT 1)
  UNION ALL
  SELECT (SELECT next.mailbox FROM stored_webhook AS next WHERE next.mailbox > box.mailbox ORDER BY next.mailbox LIMIT 1)
  FROM box
  WHERE box.mailbox IS NOT NULL
)
SELECT mailbox, coalesce(claim[2], false) AS is_retry
FROM (
  -- A scalar subquery, not a join: it keeps the walk's order and lets LIMIT end the walk. OFFSET keeps it from being asked twice.
  SELECT box.mailbox, (
    SELECT ARRAY[claim.claimed_until <= now() AND claim.due_at <= now(), claim.due_at > '-infinity']
    FROM mailbox AS claim WHERE claim.name = box.mailbox
  ) AS claim
  FROM box
  WHERE box.mailbox IS NOT NULL
  OFFSET 0
) AS known
WHERE coalesce(claim[1], true) AND (NOT EXISTS (SELECT FROM hold) OR NOT is_held(mailbox))
LIMIT $2::integer
