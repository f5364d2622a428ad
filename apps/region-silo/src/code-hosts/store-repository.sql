-- Finds a repository, or stores it or its new name, and returns its id. Writes nothing when nothing has changed, so that
-- deliveries of one repository do not wait for each other.
-- $1 provider, $2 integration id, $3 external id, $4 name, $5 url, $6 now. Index: repository's unique key.
WITH unchanged AS (
  SELECT id FROM repository
  WHERE provider = $1 AND integration_id = $2 AND external_id = $3 AND name = $4 AND url IS NOT DISTINCT FROM $5
),
stored AS (
  INSERT INTO repository (provider, integration_id, external_id, name, url, updated_at)
  SELECT $1, $2, $3, $4, $5, $6::timestamptz WHERE NOT EXISTS (SELECT FROM unchanged)
  ON CONFLICT (provider, integration_id, external_id)
    DO UPDATE SET name = excluded.name, url = excluded.url, updated_at = excluded.updated_at
  RETURNING id
)
SELECT id FROM unchanged UNION ALL SELECT id FROM stored
