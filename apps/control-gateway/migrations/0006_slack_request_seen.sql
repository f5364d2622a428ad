-- Signatures of Slack's requests of the last ten minutes: the same one a second time is a replay (slack.md §9.4). Nothing is lost when a
-- crash of the database empties it: the window is small, and what it protects may happen twice.
CREATE UNLOGGED TABLE slack_request_seen (
  -- SHA-256 of the signature header.
  signature_hash bytea PRIMARY KEY CHECK (length(signature_hash) = 32),
  seen_at        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slack_request_seen_at ON slack_request_seen (seen_at);
