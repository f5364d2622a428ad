-- What a region must know of its integrations is written for the transactional outbox in the transaction that changes it, whoever makes the
-- change: scope 5 (integration), category 7 (integration update). The handler reads the state anew, so a row says no more than "look".
CREATE FUNCTION tell_regions(integration bigint, regions text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO outbox_message (destination, shard_scope, shard_identifier, category, object_identifier)
  SELECT DISTINCT region, 5, integration, 7, integration FROM unnest(regions) AS region WHERE region IS NOT NULL
$$;

CREATE FUNCTION integration_tells_regions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_regions(NEW.id, array_agg(DISTINCT region_name))
  FROM organization_integration JOIN organization_mapping USING (organization_id)
  WHERE integration_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER integration_tells_regions AFTER UPDATE OF sealed_secrets, status, provider ON integration
  FOR EACH ROW EXECUTE FUNCTION integration_tells_regions();

CREATE FUNCTION installation_tells_regions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_regions(coalesce(NEW.integration_id, OLD.integration_id), ARRAY[region_name])
  FROM organization_mapping
  WHERE organization_id = coalesce(NEW.organization_id, OLD.organization_id);
  RETURN NULL;
END $$;
CREATE TRIGGER installation_tells_regions AFTER INSERT OR UPDATE OR DELETE ON organization_integration
  FOR EACH ROW EXECUTE FUNCTION installation_tells_regions();

CREATE FUNCTION mapping_tells_regions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_regions(integration_id, ARRAY[NEW.region_name, OLD.region_name])
  FROM organization_integration
  WHERE organization_id = coalesce(NEW.organization_id, OLD.organization_id);
  RETURN NULL;
END $$;
CREATE TRIGGER mapping_tells_regions AFTER INSERT OR DELETE OR UPDATE OF region_name, status ON organization_mapping
  FOR EACH ROW EXECUTE FUNCTION mapping_tells_regions();

-- What is there already: every region looks once.
SELECT tell_regions(integration_id, array_agg(DISTINCT region_name))
FROM organization_integration JOIN organization_mapping USING (organization_id)
GROUP BY integration_id;
