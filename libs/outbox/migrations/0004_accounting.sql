-- What is stored at the moment, by integration (0: none), kept by triggers so that no path can forget it. Sums are read over the slots: one
-- row per integration would make every commit of a busy one wait for the one before. The slot is that of the connection.
CREATE TABLE stored_total (
  integration_id bigint NOT NULL,
  slot smallint NOT NULL,
  webhooks bigint NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (integration_id, slot)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- In the order of the key, so that two statements never wait for each other in a circle.
CREATE FUNCTION add_to_stored_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_total AS total (integration_id, slot, webhooks, bytes)
  SELECT coalesce(integration_id, 0), pg_backend_pid() % 32, count(*), sum(body_bytes) FROM changed GROUP BY 1 ORDER BY 1
  ON CONFLICT (integration_id, slot) DO UPDATE SET webhooks = total.webhooks + excluded.webhooks, bytes = total.bytes + excluded.bytes;
  RETURN NULL;
END $$;

CREATE FUNCTION take_from_stored_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO stored_total AS total (integration_id, slot, webhooks, bytes)
  SELECT coalesce(integration_id, 0), pg_backend_pid() % 32, -count(*), -sum(body_bytes) FROM changed GROUP BY 1 ORDER BY 1
  ON CONFLICT (integration_id, slot) DO UPDATE SET webhooks = total.webhooks + excluded.webhooks, bytes = total.bytes + excluded.bytes;
  RETURN NULL;
END $$;

CREATE FUNCTION clear_stored_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM stored_total;
  RETURN NULL;
END $$;

INSERT INTO stored_total SELECT coalesce(integration_id, 0), 0, count(*), sum(body_bytes) FROM stored_webhook GROUP BY 1;
CREATE TRIGGER stored_webhook_added AFTER INSERT ON stored_webhook
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION add_to_stored_total();
CREATE TRIGGER stored_webhook_taken AFTER DELETE ON stored_webhook
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION take_from_stored_total();
CREATE TRIGGER stored_webhook_cleared AFTER TRUNCATE ON stored_webhook
  FOR EACH STATEMENT EXECUTE FUNCTION clear_stored_total();

-- Deliveries of providers that were stored lately; a key is a digest of integration, the provider's delivery id and the body.
-- Unlogged: what a crash of the database forgets here is stored twice at worst, and the region recognizes it.
CREATE UNLOGGED TABLE seen_delivery (
  key bytea PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX seen_delivery_seen_at ON seen_delivery USING brin (seen_at) WITH (pages_per_range = 16);
