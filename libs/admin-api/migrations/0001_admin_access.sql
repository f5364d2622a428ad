-- Personal tokens of the admin API. The token itself is nowhere: 32 random bytes need no slow hash.
CREATE TABLE admin_token (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  scope text NOT NULL CHECK (scope IN ('viewer', 'operator', 'admin')),
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  -- True to the minute.
  last_used_at timestamptz,
  revoked_at timestamptz
);
-- The name is the actor in the audit log: two of one name at a time would make it say nothing.
CREATE UNIQUE INDEX admin_token_name ON admin_token (lower(name)) WHERE revoked_at IS NULL;

-- People who signed in to the pages. A session ends with the token that it was opened with.
CREATE TABLE admin_session (
  id_hash bytea PRIMARY KEY CHECK (length(id_hash) = 32),
  actor text NOT NULL CHECK (length(actor) BETWEEN 1 AND 200),
  scope text NOT NULL CHECK (scope IN ('viewer', 'operator', 'admin')),
  -- Set where it was opened with a personal token.
  token_id bigint REFERENCES admin_token ON DELETE CASCADE,
  -- Set where it was opened with the token of the settings: a digest of a digest of it.
  bootstrap_digest bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- True to the minute.
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX admin_session_expires ON admin_session (expires_at);
