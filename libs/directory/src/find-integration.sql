-- One active integration with its active organizations and where those that are actively mapped live.
-- $1 provider, $2 external id. Indexes: integration_provider_external_id_key,
-- organization_integration_integration_id_organization_id_key, organization_mapping_pkey.
SELECT i.id, i.external_id, i.metadata, i.verification, i.sealed_secrets,
  coalesce(array_agg(oi.organization_id ORDER BY oi.organization_id) FILTER (WHERE oi.id IS NOT NULL), '{}')::text[]
    AS organization_ids,
  coalesce(
    json_agg(json_build_object('id', m.organization_id::text, 'slug', m.slug, 'region', m.region_name)
      ORDER BY m.organization_id) FILTER (WHERE m.organization_id IS NOT NULL),
    '[]') AS organizations
FROM integration AS i
LEFT JOIN organization_integration AS oi ON oi.integration_id = i.id AND oi.status = 0
LEFT JOIN organization_mapping AS m ON m.organization_id = oi.organization_id AND m.status = 0
WHERE i.provider = $1 AND i.external_id = $2 AND i.status = 0
GROUP BY i.id
