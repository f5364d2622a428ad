-- allow-risk blocking-index: no version without the table was ever released, and it is small
-- Finds the replies of a thread: what waits for it, and the last one, to which more may be added.
CREATE INDEX notification_message_thread ON notification_message (parent_notification_message_id, id)
  WHERE parent_notification_message_id IS NOT NULL;
-- Channels that wait until it is known whether Slack has a reply.
CREATE INDEX notification_message_doubt ON notification_message (integration_id, channel_id)
  WHERE state = 'unknown' AND error_reason <> 'unverified';
