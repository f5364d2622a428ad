-- Webhooks that were acknowledged and wait for their region. One row per region. The order within a mailbox is the order
-- of ids. headers: JSON list of [name, value] in the order they came, null where the value is a credential; those values
-- and the body are inside sealed (AES-256-GCM).
CREATE TABLE stored_webhook (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mailbox text NOT NULL,
  region text NOT NULL,
  provider text NOT NULL,
  integration_id bigint,
  provider_delivery_id text,
  event_type text,
  request_id text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  is_ephemeral boolean NOT NULL DEFAULT false,
  is_verified boolean NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  method text NOT NULL,
  path text NOT NULL,
  headers text NOT NULL,
  body_bytes integer NOT NULL,
  body_sha256 bytea NOT NULL,
  sealed bytea NOT NULL
);
CREATE INDEX stored_webhook_mailbox_id ON stored_webhook (mailbox, id);

-- Who drains a mailbox, until when, and not before when. A row appears with the first claim; a mailbox without one is due.
CREATE TABLE mailbox (
  name text PRIMARY KEY,
  due_at timestamptz NOT NULL DEFAULT '-infinity',
  claim_token uuid,
  claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);

-- What became of each stored webhook. No payload.
CREATE TABLE delivery (
  stored_webhook_id bigint PRIMARY KEY,
  mailbox text NOT NULL,
  region text NOT NULL,
  provider text NOT NULL,
  integration_id bigint,
  provider_delivery_id text,
  event_type text,
  request_id text NOT NULL,
  outcome text NOT NULL,
  status integer,
  attempts integer NOT NULL,
  received_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  body_bytes integer NOT NULL,
  body_sha256 bytea NOT NULL
);
CREATE INDEX delivery_provider_delivery_id ON delivery (provider_delivery_id) WHERE provider_delivery_id IS NOT NULL;
CREATE INDEX delivery_finished_at ON delivery (finished_at);

-- Stored webhooks that are not retried any more, with what is needed to send them again.
CREATE TABLE dead_letter (
  LIKE stored_webhook,
  PRIMARY KEY (id),
  reason text NOT NULL,
  status integer,
  died_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX dead_letter_died_at ON dead_letter (died_at);
