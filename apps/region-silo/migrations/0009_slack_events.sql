-- What an event of Slack makes to do in Slack; written in the transaction of the event's delivery record, gone once done (slack.md §9.1).
CREATE TABLE slack_event_work (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  integration_id bigint NOT NULL,
  -- The meaning of the event, without anything that is not needed for it.
  meaning        jsonb NOT NULL,
  attempts       integer NOT NULL DEFAULT 0,
  -- Set before Slack is called: a row that is found so was left by a process that died.
  is_sending     boolean NOT NULL DEFAULT false,
  crashes        integer NOT NULL DEFAULT 0,
  due_at         timestamptz NOT NULL DEFAULT now(),
  date_added     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slack_event_work_due ON slack_event_work (due_at);

-- Channels to which nothing can be posted, until Slack says otherwise (slack.md §9.5).
CREATE TABLE slack_closed_channel (
  integration_id bigint NOT NULL,
  channel_id     text NOT NULL CHECK (length(channel_id) BETWEEN 1 AND 64),
  reason         text NOT NULL CHECK (length(reason) <= 64),
  PRIMARY KEY (integration_id, channel_id)
);
-- allow-risk blocking-index: messages of alerts and their replies are few beside webhooks; the build takes seconds
CREATE INDEX notification_message_channel ON notification_message (integration_id, channel_id)
  WHERE parent_notification_message_id IS NULL;

-- Teams whose issue alerts go to a channel; found by the channel's id alone, because names change (slack.md §6.3).
CREATE TABLE slack_channel_team (
  -- Stands for the action of a rule in notification_message.rule_action_uuid.
  uuid            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  integration_id  bigint NOT NULL,
  channel_id      text NOT NULL CHECK (length(channel_id) BETWEEN 1 AND 64),
  organization_id bigint NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
  team_id         bigint NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  linked_by       bigint NOT NULL,
  date_added      timestamptz NOT NULL DEFAULT now(),
  -- A team has one channel in a workspace.
  UNIQUE (team_id, integration_id)
);
CREATE INDEX slack_channel_team_channel ON slack_channel_team (integration_id, channel_id, organization_id);

-- Links that were used: each works once (slack.md §6.5).
CREATE TABLE slack_used_link (
  nonce      text PRIMARY KEY CHECK (length(nonce) <= 64),
  expires_at timestamptz NOT NULL
);
CREATE INDEX slack_used_link_expires ON slack_used_link (expires_at);
