-- What became of each request that the gateway delivered, and the memory that makes a repeat of it harmless.
CREATE TABLE webhook_delivery (
  -- Given by the gateway, the same over all attempts.
  delivery_id          text PRIMARY KEY,
  -- The provider's own id: X-GitHub-Delivery, Slack's event_id.
  provider_delivery_id text,
  provider             text NOT NULL,
  view                 text NOT NULL,
  event_type           text,
  -- Control's id of the integration; this silo has no table of them.
  integration_id       text,
  body_sha256          bytea NOT NULL,
  body_bytes           integer NOT NULL,
  received_at          timestamptz NOT NULL,
  handled_at           timestamptz NOT NULL,
  outcome              text NOT NULL CHECK (outcome IN ('handled', 'ignored', 'rejected', 'duplicate')),
  -- What the gateway was answered; a repeat gets it again.
  status               smallint NOT NULL
);

-- Only one delivery of a provider's event takes effect. Refused ones do not count: the sender may mend and send again.
CREATE UNIQUE INDEX webhook_delivery_provider_delivery_id_key
  ON webhook_delivery (provider, coalesce(integration_id, ''), provider_delivery_id)
  WHERE outcome = 'handled' AND provider_delivery_id IS NOT NULL;

-- The newest first, for operators; the oldest, for the purge.
CREATE INDEX webhook_delivery_received_at_idx ON webhook_delivery (received_at, delivery_id);
CREATE INDEX webhook_delivery_provider_received_at_idx ON webhook_delivery (provider, received_at, delivery_id);
