-- How far each partition of each source has had its effect here; moved in the transaction of that effect, so it is also the fence.
CREATE TABLE ingest_position (
  consumer_group text        NOT NULL,
  source         text        NOT NULL,
  partition_no   integer     NOT NULL,
  next_offset    bigint      NOT NULL CHECK (next_offset >= 0),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, source, partition_no)
);

-- One row per outcome: what is counted once, and what audits read.
CREATE TABLE outcome_event (
  dedupe_id     uuid        NOT NULL,
  occurred_at   timestamptz NOT NULL,
  org_id        bigint      NOT NULL,
  project_id    bigint      NOT NULL,
  key_id        bigint,
  outcome       smallint    NOT NULL CHECK (outcome BETWEEN 0 AND 255),
  reason        text,
  category      smallint    NOT NULL CHECK (category BETWEEN 0 AND 255),
  quantity      bigint      NOT NULL CHECK (quantity >= 0),
  event_id      uuid,
  source        text        NOT NULL,
  partition_no  integer     NOT NULL,
  record_offset bigint      NOT NULL,
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dedupe_id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX outcome_event_org ON outcome_event (org_id, occurred_at);
CREATE TABLE outcome_event_default PARTITION OF outcome_event DEFAULT;

CREATE TABLE outcome_hourly (
  org_id     bigint      NOT NULL,
  bucket     timestamptz NOT NULL,
  category   smallint    NOT NULL,
  outcome    smallint    NOT NULL,
  project_id bigint      NOT NULL,
  key_id     bigint      NOT NULL,
  reason     text        NOT NULL,
  quantity   bigint      NOT NULL,
  times_seen bigint      NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, bucket, category, outcome, project_id, key_id, reason)
) PARTITION BY RANGE (bucket);
CREATE TABLE outcome_hourly_default PARTITION OF outcome_hourly DEFAULT;
CREATE TABLE outcome_daily (LIKE outcome_hourly INCLUDING ALL) PARTITION BY RANGE (bucket);
CREATE TABLE outcome_daily_default PARTITION OF outcome_daily DEFAULT;

-- Makes the partitions of a table from one time to another; those that exist stay.
CREATE FUNCTION ensure_usage_partitions(parent text, step interval, first_at timestamptz, last_at timestamptz)
RETURNS integer LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
  unit text := CASE WHEN step >= interval '1 month' THEN 'month' ELSE 'day' END;
  at_time timestamptz := date_trunc(unit, first_at);
  part text;
  made integer := 0;
BEGIN
  WHILE at_time <= last_at LOOP
    part := parent || '_' || to_char(at_time, CASE unit WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END);
    IF to_regclass(part) IS NULL THEN
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent, at_time, at_time + step);
      made := made + 1;
    END IF;
    at_time := at_time + step;
  END LOOP;
  RETURN made;
END $$;

-- Outcomes on their way to the topics; a row leaves a day after it was published.
CREATE TABLE outcome_outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  outcome_id   uuid        NOT NULL UNIQUE,
  topic        text        NOT NULL,
  body         text        NOT NULL,
  headers      jsonb       NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);
CREATE INDEX outcome_outbox_waiting ON outcome_outbox (id) WHERE published_at IS NULL;

CREATE TABLE dead_letter (
  source        text        NOT NULL,
  partition_no  integer     NOT NULL,
  record_offset bigint      NOT NULL,
  error_code    text        NOT NULL,
  detail        text        NOT NULL,
  headers       jsonb       NOT NULL,
  appended_at   timestamptz NOT NULL,
  -- NULL when it was too large to keep; then its digest tells what it was.
  value         bytea,
  value_sha256  bytea       NOT NULL,
  value_bytes   integer     NOT NULL,
  first_seen_at timestamptz NOT NULL DEFAULT now(),
  resolved_at   timestamptz,
  PRIMARY KEY (source, partition_no, record_offset)
);

-- Which generation of the counting rule holds for an organization (0: all) from a time on; of broker times, so a replay decides alike.
CREATE TABLE counting_cutover (
  org_id    bigint      NOT NULL,
  from_time timestamptz NOT NULL,
  mode      text        NOT NULL,
  author    text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (org_id, from_time)
);

-- Projects as far as usage must know them.
CREATE TABLE project (
  id       bigint PRIMARY KEY,
  org_id   bigint NOT NULL,
  slug     text   NOT NULL,
  platform text,
  -- Bit 16 (65536): the project has sent a metric of its own.
  flags    bigint DEFAULT 10
);

-- What the notifier must hear of; a relay makes jobs of the rows.
CREATE TABLE notice (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dedupe_key text        NOT NULL UNIQUE,
  kind       text        NOT NULL,
  data       jsonb       NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  sent_at    timestamptz
);
CREATE INDEX notice_waiting ON notice (id) WHERE sent_at IS NULL;

CREATE TABLE quota (
  id             text PRIMARY KEY,
  org_id         bigint     NOT NULL,
  project_id     bigint,
  -- Empty: all categories.
  categories     smallint[] NOT NULL DEFAULT '{}',
  -- NULL: counted without an end.
  limit_quantity bigint CHECK (limit_quantity > 0),
  window_seconds integer    NOT NULL CHECK (window_seconds > 0),
  reason_code    text,
  CHECK (limit_quantity IS NULL OR reason_code IS NOT NULL)
);
CREATE INDEX quota_org ON quota (org_id);
CREATE TABLE quota_usage (
  quota_id     text        NOT NULL REFERENCES quota ON DELETE CASCADE,
  window_start timestamptz NOT NULL,
  quantity     bigint      NOT NULL,
  PRIMARY KEY (quota_id, window_start)
);

-- Corrections; outcomes themselves never change.
CREATE TABLE usage_adjustment (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  idempotency_key text        NOT NULL UNIQUE,
  org_id          bigint      NOT NULL,
  project_id      bigint      NOT NULL,
  category        smallint    NOT NULL,
  outcome         smallint    NOT NULL,
  bucket          timestamptz NOT NULL,
  quantity        bigint      NOT NULL,
  author          text        NOT NULL,
  reason          text        NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX usage_adjustment_org ON usage_adjustment (org_id, bucket);

-- Who corrected, rebuilt or replayed what.
CREATE TABLE usage_audit (
  id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at     timestamptz NOT NULL DEFAULT now(),
  author text        NOT NULL,
  action text        NOT NULL,
  detail jsonb       NOT NULL
);

-- Who may read usage: of one organization, and of all its projects or some. The token itself is not kept.
CREATE TABLE usage_token (
  token_sha256 bytea PRIMARY KEY,
  org_id       bigint NOT NULL,
  project_ids  bigint[]
);

SELECT ensure_usage_partitions('outcome_event', '1 day', now() - interval '2 days', now() + interval '7 days');
SELECT ensure_usage_partitions('outcome_hourly', '1 month', now(), now() + interval '7 days');
SELECT ensure_usage_partitions('outcome_daily', '1 month', now(), now() + interval '7 days');
