-- One active integration with its active organizations and the regions they are mapped to.
-- $1 provider, $2 external id. Indexes: integration_provider_external_id_key,
-- organization_integration_integration_id_organization_id_key, organization_mapping_pkey.
SELECT i.id, i.sealed_secrets,
  coalesce(array_agg(DISTINCT oi.organization_id) FILTER (WHERE oi.id IS NOT NULL), '{}')::text[] AS organization_ids,
  coalesce(array_agg(DISTINCT m.region_name) FILTER (WHERE m.region_name IS NOT NULL), '{}') AS regions
FROM integration AS i
LEFT JOIN organization_integration AS oi ON oi.integration_id = i.id AND oi.status = 0
LEFT JOIN organization_mapping AS m ON m.organization_id = oi.organization_id AND m.status = 0
WHERE i.provider = $1 AND i.external_id = $2 AND i.status = 0
GROUP BY i.id
