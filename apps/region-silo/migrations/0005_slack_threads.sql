-- Slack workspaces that organizations of this region have; the bot's token is sealed.
CREATE TABLE slack_workspace (
  integration_id   bigint PRIMARY KEY,
  team_id          text NOT NULL UNIQUE CHECK (length(team_id) BETWEEN 1 AND 64),
  sealed_token     bytea,
  is_active        boolean NOT NULL DEFAULT true,
  -- Why nothing is posted there any more, in Slack's word; NULL while it works.
  broken_reason    text CHECK (length(broken_reason) <= 64),
  organization_ids bigint[] NOT NULL DEFAULT '{}',
  updated_at       timestamptz NOT NULL DEFAULT now()
);

-- An activity whose threads have to be told; written in the transaction of the activity (slack.md §1.4).
CREATE TABLE slack_thread_job (
  activity_id   bigint PRIMARY KEY REFERENCES activity (id) ON DELETE CASCADE,
  state         text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
  reason        text CHECK (length(reason) <= 64),
  attempts      integer NOT NULL DEFAULT 0,
  due_at        timestamptz NOT NULL DEFAULT now(),
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  date_added    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slack_thread_job_due ON slack_thread_job (due_at) WHERE state = 'waiting';
CREATE INDEX slack_thread_job_date_added ON slack_thread_job (date_added);

-- Messages that were posted for alerts, and the replies below them (slack.md §3).
CREATE TABLE notification_message (
  id                             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Where it was posted: replies go there, whatever the rule says today.
  integration_id                 bigint,
  channel_id                     text CHECK (length(channel_id) <= 64),
  message_identifier             text CHECK (length(message_identifier) <= 64),
  parent_notification_message_id bigint REFERENCES notification_message (id) ON DELETE CASCADE,
  incident_id                    bigint,
  trigger_action_id              bigint,
  rule_fire_history_id           bigint REFERENCES rule_fire_history (id) ON DELETE CASCADE,
  rule_action_uuid               text CHECK (length(rule_action_uuid) <= 64),
  activity_id                    bigint REFERENCES activity (id) ON DELETE CASCADE,
  error_code                     integer,
  error_reason                   text CHECK (length(error_reason) <= 64),
  error_details                  jsonb,
  state                          text NOT NULL DEFAULT 'pending'
    CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'expired', 'unknown')),
  -- What a reply says.
  text                           text CHECK (length(text) <= 3000),
  -- A parent below which nothing can be posted any more, in Slack's word.
  unreachable_reason             text CHECK (length(unreachable_reason) <= 64),
  -- Replies that wait for the same thread and go out with this one, as its further lines.
  folded_ids                     bigint[] NOT NULL DEFAULT '{}',
  attempts                       integer NOT NULL DEFAULT 0,
  next_attempt_at                timestamptz NOT NULL DEFAULT now(),
  date_added                     timestamptz NOT NULL DEFAULT now(),
  date_updated                   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT issue_or_metric_alert CHECK (
    (incident_id IS NOT NULL AND trigger_action_id IS NOT NULL AND rule_fire_history_id IS NULL AND rule_action_uuid IS NULL)
    OR (incident_id IS NULL AND trigger_action_id IS NULL AND rule_fire_history_id IS NOT NULL AND rule_action_uuid IS NOT NULL)),
  CONSTRAINT identifier_when_sent CHECK (message_identifier IS NULL OR (state = 'sent' AND error_code IS NULL)),
  CONSTRAINT reason_when_failed CHECK (state <> 'failed' OR error_code IS NOT NULL OR error_reason IS NOT NULL)
);
-- One parent per history and action, one per incident and trigger action, one reply per activity and parent.
CREATE UNIQUE INDEX notification_message_parent ON notification_message (rule_fire_history_id, rule_action_uuid)
  WHERE error_code IS NULL AND parent_notification_message_id IS NULL AND state <> 'failed';
CREATE UNIQUE INDEX notification_message_metric_parent ON notification_message (incident_id, trigger_action_id)
  WHERE error_code IS NULL AND parent_notification_message_id IS NULL AND state <> 'failed';
CREATE UNIQUE INDEX notification_message_reply ON notification_message (activity_id, parent_notification_message_id)
  WHERE activity_id IS NOT NULL;
CREATE INDEX notification_message_due ON notification_message (next_attempt_at) WHERE state = 'pending';
CREATE INDEX notification_message_lane ON notification_message (integration_id, channel_id, id)
  WHERE state IN ('pending', 'sending');
-- One message at a time in a channel, whatever the number of processes.
CREATE UNIQUE INDEX notification_message_sending ON notification_message (integration_id, channel_id) WHERE state = 'sending';
CREATE INDEX notification_message_unknown ON notification_message (id) WHERE state = 'unknown';
