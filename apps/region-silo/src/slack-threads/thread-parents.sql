-- Messages of alerts of issue $1 in project $2 below which something can be posted, in the workspaces $3; all of them ($4), or the newest
-- of each channel (slack.md §2.6). Index rule_fire_history_issue, then notification_message_parent.
WITH parent AS (
  SELECT message.id, message.integration_id, message.channel_id, message.message_identifier IS NOT NULL AS has_identifier
  FROM rule_fire_history AS history JOIN notification_message AS message ON message.rule_fire_history_id = history.id
  WHERE history.issue_id = $1 AND history.project_id = $2 AND message.parent_notification_message_id IS NULL
    AND message.error_code IS NULL AND message.state = 'sent' AND message.unreachable_reason IS NULL
    AND message.integration_id = ANY ($3) AND message.channel_id IS NOT NULL
), newest AS (
  SELECT DISTINCT ON (integration_id, channel_id) id FROM parent WHERE has_identifier
  ORDER BY integration_id, channel_id, id DESC
)
SELECT id::text, has_identifier AS "hasIdentifier",
  -- In the thread of the message $5: it is the first one, or an alert that was repeated below it.
  EXISTS (SELECT FROM notification_message AS message
    WHERE (message.id = parent.id OR message.parent_notification_message_id = parent.id) AND message.activity_id IS NULL
      AND message.integration_id = ($5::jsonb->>'integrationId')::bigint AND message.channel_id = $5::jsonb->>'channelId'
      AND message.message_identifier = $5::jsonb->>'ts') AS "isDoneThere"
FROM parent
WHERE $4 OR NOT has_identifier OR id IN (SELECT id FROM newest) ORDER BY parent.id DESC LIMIT 500
