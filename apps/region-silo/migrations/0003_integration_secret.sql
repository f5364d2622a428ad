-- Copies of the webhook secrets of those integrations whose requests this region gets, so that it can check a sender once more.
-- sealed: AES-256-GCM over a JSON list; never read back over the API.
CREATE TABLE integration_secret (
  integration_id text PRIMARY KEY,
  provider text NOT NULL,
  sealed bytea NOT NULL,
  updated_at timestamptz NOT NULL
);
