-- Messages of alerts that no longer show what their issue is (slack.md §9.3). Asked for in the transaction of the change.
CREATE TABLE slack_parent_refresh (
  message_id   bigint PRIMARY KEY REFERENCES notification_message (id) ON DELETE CASCADE,
  -- NULL: it shows what is. Claiming one moves this ahead, so that a process which dies gives it back by itself.
  due_at       timestamptz,
  -- Counts changes: one that comes while Slack is asked is shown by another refresh.
  revision     integer NOT NULL DEFAULT 0,
  attempts     integer NOT NULL DEFAULT 0,
  refreshed_at timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX slack_parent_refresh_due ON slack_parent_refresh (due_at) WHERE due_at IS NOT NULL;
