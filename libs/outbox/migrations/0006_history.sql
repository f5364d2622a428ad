-- allow-risk rename: no version without it was ever released
-- allow-risk drop-table: no version without it was ever released
-- allow-risk constraint: a handful of rows, and it allows more than the one before
-- History in partitions by day, which are dropped whole when their time is over: no deletes, no bloat.
ALTER TABLE delivery RENAME TO delivery_before;
ALTER INDEX delivery_pkey RENAME TO delivery_before_pkey;
DROP INDEX delivery_provider_delivery_id, delivery_finished_at;

CREATE TABLE delivery (
  stored_webhook_id bigint NOT NULL,
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
  body_sha256 bytea NOT NULL,
  PRIMARY KEY (stored_webhook_id, finished_at)
) PARTITION BY RANGE (finished_at);
CREATE INDEX delivery_provider_delivery_id ON delivery (provider_delivery_id) WHERE provider_delivery_id IS NOT NULL;
CREATE INDEX delivery_integration ON delivery (integration_id, stored_webhook_id) WHERE integration_id IS NOT NULL;
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT;

-- What was delivered, sealed as it was stored, for regions whose payloads are kept: a table per region, with partitions by day below it.
CREATE TABLE delivery_payload (
  stored_webhook_id bigint NOT NULL,
  region text NOT NULL,
  finished_at timestamptz NOT NULL DEFAULT now(),
  is_verified boolean NOT NULL,
  method text NOT NULL,
  path text NOT NULL,
  headers text NOT NULL,
  sealed bytea NOT NULL,
  sealed_mailbox text NOT NULL,
  PRIMARY KEY (stored_webhook_id, region, finished_at)
) PARTITION BY LIST (region);
CREATE TABLE delivery_payload_default PARTITION OF delivery_payload DEFAULT;

-- Partitions of `parent` for days (UTC) that have none yet. What another process creates at the same moment is as good; a day of which rows
-- lie in the default partition stays there.
CREATE FUNCTION add_day_partitions(parent text, first date, last date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  day date;
BEGIN
  FOR day IN SELECT generate_series(first, last, interval '1 day') LOOP
    CONTINUE WHEN to_regclass(format('%I', parent || to_char(day, '_YYYYMMDD'))) IS NOT NULL;
    BEGIN
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
        parent || to_char(day, '_YYYYMMDD'), parent, day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
    EXCEPTION WHEN unique_violation OR duplicate_table OR check_violation THEN
      NULL;
    END;
  END LOOP;
END $$;

-- Drops partitions of `parent` of days before `first`, and what lies in its default partition from then. Returns how many it dropped.
CREATE FUNCTION drop_day_partitions(parent text, first date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  child text;
  dropped integer := 0;
BEGIN
  FOR child IN
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = to_regclass(format('%I', parent)) AND relname ~ '_\d{8}$' AND to_date(right(relname, 8), 'YYYYMMDD') < first
  LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I', child);
    dropped := dropped + 1;
  END LOOP;
  EXECUTE format('DELETE FROM %I WHERE finished_at < %L', parent || '_default', first || ' 00:00:00+00');
  RETURN dropped;
END $$;

-- The table of a region's payloads; the name is a digest, as a region's own may be too long for one.
CREATE FUNCTION payload_table(region text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT 'delivery_payload_' || left(md5(region), 12)
$$;
CREATE FUNCTION add_payload_table(region text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass(format('%I', payload_table(region))) IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF delivery_payload FOR VALUES IN (%L) PARTITION BY RANGE (finished_at)',
    payload_table(region), region);
  EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', payload_table(region) || '_default', payload_table(region));
EXCEPTION WHEN unique_violation OR duplicate_table OR check_violation THEN
  NULL;
END $$;

SELECT add_day_partitions('delivery', (SELECT coalesce(min(finished_at AT TIME ZONE 'UTC')::date, current_date - 1) FROM delivery_before),
  (now() AT TIME ZONE 'UTC')::date + 3);
INSERT INTO delivery SELECT * FROM delivery_before;
DROP TABLE delivery_before;

-- What can be replayed.
CREATE VIEW delivered_webhook AS
SELECT stored_webhook_id AS id, mailbox, region, provider, integration_id, provider_delivery_id, event_type, request_id, received_at,
  attempts, outcome AS reason, status, body_bytes, body_sha256, is_verified, method, path, headers, sealed, sealed_mailbox
FROM delivery JOIN delivery_payload USING (stored_webhook_id, region, finished_at);

ALTER TABLE operation ADD COLUMN target_region text;
ALTER TABLE operation DROP CONSTRAINT operation_kind_check;
ALTER TABLE operation ADD CONSTRAINT operation_kind_check
  CHECK (kind IN ('replay', 'replay_delivered', 'discard_dead', 'discard_waiting'));
