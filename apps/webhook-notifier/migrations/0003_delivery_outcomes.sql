-- What became of webhooks to apps, as outcomes of the organization that installed the app: by a trigger, in the transaction that ended them,
-- so that no path can forget it (docs/decisions/0039-outcomes-of-webhooks.md).
CREATE FUNCTION track_ended_deliveries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tracked_outcome (org_id, outcome, category, reason, quantity)
  SELECT installation.organization_id,
    CASE ended.status WHEN 'delivered' THEN 'accepted' WHEN 'dead' THEN 'invalid' ELSE 'filtered' END,
    'app_webhook', ended.reason, count(*)
  FROM ended
  JOIN before ON before.id = ended.id
  JOIN app_installation AS installation ON installation.id = ended.installation_id
  WHERE before.status = 'waiting' AND ended.status <> 'waiting'
  GROUP BY 1, 2, 4;
  RETURN NULL;
END $$;
CREATE TRIGGER app_delivery_ended AFTER UPDATE ON app_delivery
  REFERENCING OLD TABLE AS before NEW TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION track_ended_deliveries();
