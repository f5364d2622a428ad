-- Regions keep facts of Slack workspaces, too: the domain and the Enterprise Grid stand in the metadata.
CREATE OR REPLACE TRIGGER integration_tells_regions AFTER UPDATE OF sealed_secrets, status, provider, metadata, name ON integration
  FOR EACH ROW EXECUTE FUNCTION integration_tells_regions();

-- Every region that has an organization of a workspace looks once.
SELECT tell_regions(integration_id, array_agg(DISTINCT region_name))
FROM organization_integration
JOIN organization_mapping USING (organization_id)
JOIN integration ON integration.id = integration_id AND integration.provider = 'slack'
GROUP BY integration_id;
