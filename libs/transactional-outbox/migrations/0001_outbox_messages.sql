-- Changes that another silo must hear of, written in the transaction that makes them (spec: gateway.md §6.2).
CREATE TABLE outbox_message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  destination text NOT NULL CHECK (length(destination) BETWEEN 1 AND 48),
  shard_scope smallint NOT NULL,
  shard_identifier bigint NOT NULL,
  category smallint NOT NULL,
  object_identifier bigint NOT NULL,
  payload jsonb,
  scheduled_from timestamptz NOT NULL DEFAULT now(),
  -- In the past, so that a new row makes its shard due at once, whatever backoff the older rows are in.
  scheduled_for timestamptz NOT NULL DEFAULT '2016-08-01T00:00:00Z',
  date_added timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_message_coalescing
  ON outbox_message (destination, shard_scope, shard_identifier, category, object_identifier, id);
CREATE INDEX outbox_message_shard ON outbox_message (destination, shard_scope, shard_identifier, id);
CREATE INDEX outbox_message_due ON outbox_message (scheduled_for);

-- The time-limited right to drain a shard. A row is left behind when a process dies; its expiry frees the shard.
CREATE TABLE outbox_claim (
  destination text NOT NULL,
  shard_scope smallint NOT NULL,
  shard_identifier bigint NOT NULL,
  token uuid NOT NULL,
  claimed_until timestamptz NOT NULL,
  PRIMARY KEY (destination, shard_scope, shard_identifier)
);
