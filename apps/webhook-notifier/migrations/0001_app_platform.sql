-- Apps of customers, who installed them, what happened, and what has to be sent (docs/decisions/0013-app-platform.md).
CREATE TABLE app (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  slug text NOT NULL UNIQUE CHECK (length(slug) BETWEEN 1 AND 64),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  kind text NOT NULL CHECK (kind IN ('internal', 'unpublished', 'published')),
  -- The organization that made it.
  organization_id bigint NOT NULL,
  webhook_url text CHECK (length(webhook_url) <= 2000),
  -- Expanded names: issue.created, not issue.
  events text[] NOT NULL DEFAULT '{}',
  is_alertable boolean NOT NULL DEFAULT false,
  sealed_secrets bytea NOT NULL,
  -- Disabled keeps the subscriptions; deleted keeps the row for what is under way.
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled', 'deleted')),
  disabled_at timestamptz,
  disabled_rule text,
  warned_percent smallint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE app_installation (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  app_id bigint NOT NULL REFERENCES app (id),
  organization_id bigint NOT NULL,
  organization_slug text NOT NULL CHECK (length(organization_slug) BETWEEN 1 AND 64),
  status text NOT NULL CHECK (status IN ('pending', 'installed', 'deleted')),
  code text NOT NULL,
  -- Only what happens in these; null: everything.
  project_ids bigint[],
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX app_installation_live ON app_installation (app_id, organization_id) WHERE status <> 'deleted';
CREATE INDEX app_installation_organization ON app_installation (organization_id) WHERE status = 'installed';

-- Whom to tell about apps of an organization.
CREATE TABLE organization_owner (
  organization_id bigint NOT NULL,
  email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  name text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
  is_verified boolean NOT NULL DEFAULT true,
  PRIMARY KEY (organization_id, email)
);

-- What happened. data and actor are sealed: they are the customers' own.
CREATE TABLE occurrence (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The same for every repeat of one occurrence.
  key text NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
  message_id text NOT NULL UNIQUE,
  organization_id bigint NOT NULL,
  resource text NOT NULL,
  action text NOT NULL,
  sealed bytea NOT NULL,
  occurred_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX occurrence_created_at ON occurrence (created_at);

-- One occurrence for one installation. waiting rows are the truth; jobs only say "look".
CREATE TABLE app_delivery (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurrence_id bigint NOT NULL REFERENCES occurrence (id) ON DELETE CASCADE,
  app_id bigint NOT NULL REFERENCES app (id),
  installation_id bigint NOT NULL REFERENCES app_installation (id),
  -- issue.archived for apps that know issue.ignored by that name.
  action text NOT NULL,
  -- Settings of the alert rule's action, sealed.
  sealed_settings bytea,
  status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'dead', 'cancelled')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  claimed_until timestamptz NOT NULL DEFAULT '-infinity',
  reason text,
  is_replay boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  UNIQUE (occurrence_id, installation_id)
);
CREATE INDEX app_delivery_due ON app_delivery (app_id, due_at) WHERE status = 'waiting';
CREATE INDEX app_delivery_app ON app_delivery (app_id, id);

-- At most one mail per reason, app and owner in a day.
CREATE TABLE owner_mail (
  reason text NOT NULL,
  app_id bigint NOT NULL REFERENCES app (id),
  email text NOT NULL,
  sent_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reason, app_id, email)
);
CREATE SEQUENCE owner_notice_id;

-- Who did what, written in the transaction that did it. actor: a person's name, or Switchyard itself.
CREATE TABLE app_audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  organization_id bigint NOT NULL,
  event text NOT NULL,
  actor text NOT NULL,
  data jsonb NOT NULL
);
CREATE INDEX app_audit_log_organization ON app_audit_log (organization_id, id);
