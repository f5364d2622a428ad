-- $1 the first reply that waits, claimed already; $2 seconds. The last reply of its thread, as it stands in Slack, when all of both is by one
-- person, the new follows soon, and together they have no more than ten lines.
WITH waiting AS (
  SELECT message.parent_notification_message_id AS parent_id, message.date_added, activity.user_id
  FROM notification_message AS head
    JOIN notification_message AS message ON message.id = head.id OR message.id = ANY (head.folded_ids)
    JOIN activity ON activity.id = message.activity_id
  WHERE head.id = $1
), last AS (
  SELECT parent_notification_message_id AS parent_id, message_identifier
  FROM notification_message
  WHERE parent_notification_message_id = (SELECT min(parent_id) FROM waiting) AND state = 'sent' AND activity_id IS NOT NULL
  ORDER BY id DESC LIMIT 1
), shown AS (
  SELECT message.id, message.text, message.date_added, message.message_identifier, activity.user_id
  FROM last JOIN notification_message AS message ON message.parent_notification_message_id = last.parent_id
      AND message.message_identifier = last.message_identifier
    JOIN activity ON activity.id = message.activity_id
)
SELECT message_identifier AS ts, array_agg(text ORDER BY id) AS lines
FROM shown
GROUP BY message_identifier
HAVING max(date_added) >= (SELECT min(date_added) FROM waiting) - $2::float8 * interval '1 second'
  AND count(*) + (SELECT count(*) FROM waiting) <= 10
  AND array_agg(DISTINCT user_id) = (SELECT array_agg(DISTINCT user_id) FROM waiting)
  AND count(DISTINCT user_id) = 1
  -- What nobody can say whether Slack has it might stand in that message.
  AND NOT EXISTS (SELECT FROM notification_message
    WHERE parent_notification_message_id = (SELECT min(parent_id) FROM waiting) AND state = 'unknown')
