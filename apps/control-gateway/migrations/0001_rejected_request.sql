-- Requests that were turned away: why, and the facts that led to it. No body, no header values, no query.
CREATE TABLE rejected_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id text NOT NULL,
  received_at timestamptz NOT NULL,
  provider text NOT NULL,
  view text NOT NULL,
  method text NOT NULL,
  status smallint NOT NULL,
  reason text NOT NULL,
  because text NOT NULL,
  -- Result of the signature check; null when nothing was checked.
  verification text,
  -- What the directory was asked and how much it found.
  facts jsonb NOT NULL,
  sender_address text,
  body_bytes integer NOT NULL
);
-- The newest first, in all or of one provider or reason; ids are in the order of time.
CREATE INDEX rejected_request_provider ON rejected_request (provider, id);
CREATE INDEX rejected_request_reason ON rejected_request (reason, id);
CREATE INDEX rejected_request_received_at ON rejected_request (received_at);
