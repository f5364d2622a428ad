-- What code hosts and issue trackers tell about a customer's work.
CREATE TABLE repository (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider       text NOT NULL,
  integration_id text NOT NULL,
  -- The provider's id; survives a rename.
  external_id    text NOT NULL,
  name           text NOT NULL,
  url            text,
  updated_at     timestamptz NOT NULL,
  UNIQUE (provider, integration_id, external_id)
);

CREATE TABLE repository_commit (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repository_id bigint NOT NULL REFERENCES repository (id),
  sha           text NOT NULL,
  message       text NOT NULL,
  author_name   text,
  author_email  text,
  -- Absent where the author's clock was beyond what a calendar holds.
  authored_at   timestamptz,
  -- The branch on which it was seen first.
  branch        text NOT NULL,
  stored_at     timestamptz NOT NULL,
  UNIQUE (repository_id, sha)
);

CREATE TABLE pull_request (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repository_id       bigint NOT NULL REFERENCES repository (id),
  number              integer NOT NULL,
  title               text NOT NULL,
  state               text NOT NULL,
  is_merged           boolean NOT NULL,
  is_draft            boolean NOT NULL,
  author_login        text,
  head_sha            text NOT NULL,
  base_sha            text NOT NULL,
  url                 text,
  -- The provider's clock: an update that is older than this one changes nothing.
  provider_updated_at timestamptz NOT NULL,
  stored_at           timestamptz NOT NULL,
  UNIQUE (repository_id, number)
);

CREATE TABLE external_issue (
  id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider            text NOT NULL,
  integration_id      text NOT NULL,
  -- As people write it: owner/repository#7.
  key                 text NOT NULL,
  title               text NOT NULL,
  state               text NOT NULL,
  assignee_login      text,
  url                 text,
  -- The provider's count in the newest update.
  comment_count       integer NOT NULL,
  last_comment_id     bigint,
  provider_updated_at timestamptz NOT NULL,
  stored_at           timestamptz NOT NULL,
  UNIQUE (provider, integration_id, key)
);
