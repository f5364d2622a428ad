-- Claims up to $1 messages that are due, for $2 seconds (index slack_parent_refresh_due).
WITH claimed AS (
  UPDATE slack_parent_refresh SET due_at = now() + $2::integer * interval '1 second', attempts = attempts + 1
  WHERE message_id IN (
    SELECT message_id FROM slack_parent_refresh WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING message_id, revision, attempts
)
SELECT claimed.message_id::text AS "messageId", claimed.revision, claimed.attempts,
  message.integration_id::text AS "integrationId", message.channel_id AS "channelId", message.message_identifier AS ts,
  history.issue_id::text AS "issueId", history.rule_id::text AS "ruleId"
FROM claimed
  JOIN notification_message AS message ON message.id = claimed.message_id
  JOIN rule_fire_history AS history ON history.id = message.rule_fire_history_id
