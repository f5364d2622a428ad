-- What a region may know of an integration: nothing, unless an active organization of that region has it installed.
-- $1 integration, $2 region. Index: integration_pkey, organization_integration's unique one, organization_mapping_pkey.
SELECT provider, external_id, sealed_secrets
FROM integration
WHERE id = $1::bigint AND status = 0 AND EXISTS (
  SELECT FROM organization_integration AS installed
  JOIN organization_mapping AS mapping USING (organization_id)
  WHERE installed.integration_id = integration.id AND installed.status = 0 AND mapping.status = 0 AND mapping.region_name = $2)
