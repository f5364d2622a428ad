-- One actively mapped organization and the external ids of its active integrations of one provider.
-- $1 provider, $2 organization id. Indexes: organization_mapping_pkey, organization_integration_organization, integration_pkey.
SELECT m.organization_id::text AS id, m.slug, m.region_name AS region,
  coalesce(array_agg(i.external_id ORDER BY i.id) FILTER (WHERE i.id IS NOT NULL), '{}') AS external_ids
FROM organization_mapping AS m
LEFT JOIN organization_integration AS oi ON oi.organization_id = m.organization_id AND oi.status = 0
LEFT JOIN integration AS i ON i.id = oi.integration_id AND i.provider = $1 AND i.status = 0
WHERE m.organization_id = $2 AND m.status = 0
GROUP BY m.organization_id
