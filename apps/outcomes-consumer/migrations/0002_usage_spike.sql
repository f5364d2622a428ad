-- allow-risk blocking-index: a BRIN index over hourly sums takes seconds, and no version without it was ever released
-- Usage far above what is usual, by project and category; open while ended_at is null (docs/decisions/0016-usage-api.md).
CREATE TABLE usage_spike (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org_id     bigint      NOT NULL,
  project_id bigint      NOT NULL,
  category   smallint    NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at   timestamptz,
  -- Of the hour in which it was noticed: what was used, and what would have been usual at most.
  quantity   bigint      NOT NULL,
  threshold  bigint      NOT NULL
);
CREATE UNIQUE INDEX usage_spike_open ON usage_spike (org_id, project_id, category) WHERE ended_at IS NULL;
CREATE INDEX usage_spike_org ON usage_spike (org_id, started_at);

-- Who used something in an hour, whatever the organization: rows of one hour lie together.
CREATE INDEX outcome_hourly_bucket ON outcome_hourly USING brin (bucket) WITH (pages_per_range = 16);
