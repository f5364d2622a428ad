-- Takes deliveries that are due, counting the attempt of each before it is made; those that somebody else takes are left out.
-- $1 ids, $2 claim in ms. Index: app_delivery_pkey.
WITH due AS (
  SELECT id FROM app_delivery
  WHERE id = ANY ($1::bigint[]) AND status = 'waiting' AND due_at <= now() AND claimed_until <= now()
  ORDER BY id
  FOR UPDATE SKIP LOCKED
)
UPDATE app_delivery AS delivery
SET attempts = delivery.attempts + 1, claimed_until = now() + $2::integer * interval '1 millisecond'
FROM due, app, app_installation AS installation, occurrence
WHERE delivery.id = due.id
  AND app.id = delivery.app_id AND installation.id = delivery.installation_id AND occurrence.id = delivery.occurrence_id
RETURNING delivery.id::text, delivery.attempts, delivery.action, delivery.sealed_settings, delivery.is_replay,
  app.id::text AS app_id, app.uuid AS app_uuid, app.kind, app.state, app.webhook_url, app.sealed_secrets, app.name AS app_name,
  installation.uuid AS installation_uuid, installation.organization_id::text, installation.status AS installation_status,
  occurrence.key, occurrence.message_id, occurrence.resource, occurrence.sealed
