-- A product's own organizations, people, projects and issues, as far as Slack and apps must know them. Ids are the product's.
CREATE TABLE organization (
  id         bigint PRIMARY KEY,
  slug       text NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 64),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- issueAlertsThreadFlag, metricAlertsThreadFlag, threadsReplyScope, threadsIncludeNotes; absent: the default.
  options    jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE member (
  organization_id bigint NOT NULL REFERENCES organization (id),
  user_id         bigint NOT NULL,
  email           text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  name            text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  username        text NOT NULL DEFAULT '' CHECK (length(username) <= 200),
  role            text NOT NULL CHECK (role IN ('billing', 'member', 'admin', 'manager', 'owner')),
  PRIMARY KEY (organization_id, user_id)
);
CREATE INDEX member_user ON member (user_id);

CREATE TABLE team (
  id              bigint PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organization (id),
  slug            text NOT NULL CHECK (length(slug) BETWEEN 1 AND 64),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  UNIQUE (organization_id, slug)
);
CREATE TABLE team_member (
  team_id  bigint NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  user_id  bigint NOT NULL,
  is_admin boolean NOT NULL DEFAULT false,
  PRIMARY KEY (team_id, user_id)
);

CREATE TABLE project (
  id              bigint PRIMARY KEY,
  organization_id bigint NOT NULL REFERENCES organization (id),
  slug            text NOT NULL CHECK (length(slug) BETWEEN 1 AND 64),
  name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  -- The newest one; NULL while there is none.
  latest_release  text CHECK (length(latest_release) <= 200),
  UNIQUE (organization_id, slug)
);
CREATE TABLE project_team (
  project_id bigint NOT NULL REFERENCES project (id) ON DELETE CASCADE,
  team_id    bigint NOT NULL REFERENCES team (id) ON DELETE CASCADE,
  PRIMARY KEY (project_id, team_id)
);

CREATE TABLE issue (
  id               bigint PRIMARY KEY,
  project_id       bigint NOT NULL REFERENCES project (id),
  -- Number within the project; shown as PROJECT-base32.
  short_number     bigint CHECK (short_number > 0),
  title            text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
  culprit          text NOT NULL DEFAULT '' CHECK (length(culprit) <= 500),
  level            text NOT NULL DEFAULT 'error' CHECK (level IN ('debug', 'info', 'warning', 'error', 'fatal')),
  category         text NOT NULL DEFAULT 'error' CHECK (category IN ('error', 'performance', 'feedback', 'cron')),
  status           text NOT NULL DEFAULT 'unresolved' CHECK (status IN ('unresolved', 'resolved', 'ignored')),
  substatus        text NOT NULL DEFAULT 'new',
  priority         text NOT NULL DEFAULT 'medium' CHECK (priority IN ('low', 'medium', 'high')),
  assignee_user_id bigint,
  assignee_team_id bigint REFERENCES team (id),
  -- How it is to be resolved or for how long it is archived.
  details          jsonb NOT NULL DEFAULT '{}',
  first_seen       timestamptz NOT NULL DEFAULT now(),
  times_seen       bigint NOT NULL DEFAULT 1,
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CHECK (assignee_user_id IS NULL OR assignee_team_id IS NULL),
  UNIQUE (project_id, short_number)
);

-- One entry of an issue's history; type is the number of slack.md §2.4. Written in the transaction of the change that it tells of.
CREATE TABLE activity (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id bigint NOT NULL REFERENCES project (id),
  issue_id   bigint REFERENCES issue (id),
  type       smallint NOT NULL,
  user_id    bigint,
  data       jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX activity_issue ON activity (issue_id, id);

-- What a rule does when it fires: {"uuid", "integrationId", "channelId"} each.
CREATE TABLE alert_rule (
  id         bigint PRIMARY KEY,
  project_id bigint NOT NULL REFERENCES project (id),
  name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  actions    jsonb NOT NULL DEFAULT '[]'
);
CREATE TABLE rule_fire_history (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  project_id        bigint NOT NULL REFERENCES project (id),
  rule_id           bigint NOT NULL,
  issue_id          bigint NOT NULL REFERENCES issue (id),
  event_id          text CHECK (length(event_id) <= 32),
  notification_uuid uuid,
  date_added        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX rule_fire_history_rule ON rule_fire_history (rule_id, date_added);
CREATE INDEX rule_fire_history_issue ON rule_fire_history (issue_id, date_added);
CREATE INDEX rule_fire_history_date_added ON rule_fire_history (date_added);
