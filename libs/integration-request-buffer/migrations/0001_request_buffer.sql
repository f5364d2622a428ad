-- How requests ended, per subject and day (UTC).
CREATE TABLE request_health (
  subject text NOT NULL,
  day date NOT NULL,
  success bigint NOT NULL DEFAULT 0,
  error bigint NOT NULL DEFAULT 0,
  timeout bigint NOT NULL DEFAULT 0,
  fatal bigint NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (subject, day)
);
CREATE INDEX request_health_expiry ON request_health (expires_at);

-- The last requests of an app, and its last failures apart, so that successes do not push them out.
CREATE TABLE request_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  app_id text NOT NULL,
  event_name text NOT NULL,
  is_error_list boolean NOT NULL,
  entry jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX request_log_list ON request_log (app_id, event_name, is_error_list, id);
CREATE INDEX request_log_expiry ON request_log (expires_at);
