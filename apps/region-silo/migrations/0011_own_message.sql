-- The message in Slack through which an activity was done: {"integrationId", "channelId", "ts"}; NULL when it was done elsewhere.
ALTER TABLE slack_thread_job ADD COLUMN done_on jsonb;
