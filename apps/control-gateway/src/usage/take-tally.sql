-- Takes tallies of webhooks and writes the outcomes that they come to, by organization and minute. $1 most tallies.
-- Index: webhook_tally_pkey, organization_integration_integration_id_organization_id_key, organization_mapping_pkey.
WITH taken AS (
  DELETE FROM webhook_tally
  WHERE id IN (SELECT id FROM webhook_tally ORDER BY id LIMIT $1::integer FOR UPDATE SKIP LOCKED)
  RETURNING *
), written AS (
  INSERT INTO tracked_outcome (at, org_id, outcome, category, reason, quantity)
  SELECT date_trunc('minute', at), organization_id,
    CASE fate WHEN 'shed' THEN 'rate_limited' WHEN 'dropped' THEN 'invalid' ELSE 'accepted' END,
    CASE WHEN fate IN ('accepted', 'shed') THEN 'webhook' ELSE 'webhook_delivery' END,
    reason, sum(quantity)
  FROM taken
  JOIN organization_integration USING (integration_id)
  JOIN organization_mapping USING (organization_id)
  WHERE region = '' OR region = region_name
  GROUP BY 1, 2, 3, 4, 5
)
SELECT count(*)::integer AS taken FROM taken
