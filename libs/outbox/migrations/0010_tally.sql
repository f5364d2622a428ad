-- What became of webhooks of integrations, counted where it happens, by triggers, so that no path can forget it. Whoever keeps usage takes
-- the rows away. One row per statement, integration and region, not one per webhook. Region '': it was turned away before it had one.
CREATE TABLE webhook_tally (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  integration_id bigint NOT NULL,
  region text NOT NULL,
  fate text NOT NULL CHECK (fate IN ('accepted', 'shed', 'delivered', 'dropped')),
  reason text,
  quantity bigint NOT NULL CHECK (quantity > 0)
);

-- A replay keeps the time at which the webhook was received: it is not accepted again.
CREATE FUNCTION tally_accepted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_tally (integration_id, region, fate, quantity)
  SELECT integration_id, region, 'accepted', count(*) FROM changed
  WHERE integration_id IS NOT NULL AND received_at = now() GROUP BY 1, 2;
  RETURN NULL;
END $$;

CREATE FUNCTION tally_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO webhook_tally (integration_id, region, fate, reason, quantity)
  SELECT integration_id, region, CASE outcome WHEN 'delivered' THEN 'delivered' ELSE 'dropped' END, nullif(outcome, 'delivered'), count(*)
  FROM changed WHERE integration_id IS NOT NULL GROUP BY 1, 2, 3, 4;
  RETURN NULL;
END $$;

CREATE TRIGGER stored_webhook_accepted AFTER INSERT ON stored_webhook
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_accepted();
CREATE TRIGGER delivery_finished AFTER INSERT ON delivery
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tally_finished();
