-- A Slack workspace as a region may know it: with the organizations of that region that have it installed. One that is switched off is still
-- told of, so that the region knows why it may not post. No row when the region has none of its organizations.
-- $1 integration, $2 region. Index: integration_pkey, organization_integration's unique one, organization_mapping_pkey.
SELECT external_id, name, metadata, sealed_secrets, status, array_agg(organization_id::text ORDER BY organization_id) AS organization_ids
FROM (
  SELECT i.external_id, i.name, i.metadata, i.sealed_secrets, i.status, installed.organization_id
  FROM integration AS i
  JOIN organization_integration AS installed ON installed.integration_id = i.id AND installed.status = 0
  JOIN organization_mapping AS mapping USING (organization_id)
  WHERE i.id = $1::bigint AND i.provider = 'slack' AND i.status < 2 AND mapping.status = 0 AND mapping.region_name = $2) AS known
GROUP BY external_id, name, metadata, sealed_secrets, status
