-- One delivery for each installation that is to be told. $1 occurrence, $2 organization, $3 event name, $4 project or null, $5 action.
-- issue.ignored is told as issue.archived to apps that list that name instead, and another one of issues (spec §8.5).
-- Index: app_installation_organization, app_pkey.
INSERT INTO app_delivery (occurrence_id, app_id, installation_id, action)
SELECT $1::bigint, app.id, installation.id,
  CASE WHEN $3 = ANY (app.events) THEN $5 ELSE 'archived' END
FROM app_installation AS installation
JOIN app ON app.id = installation.app_id
WHERE installation.organization_id = $2::bigint AND installation.status = 'installed' AND app.state = 'active'
  AND ($3 = ANY (app.events)
    OR ($3 = 'issue.ignored' AND 'issue.archived' = ANY (app.events)
      AND app.events && ARRAY['issue.created', 'issue.resolved', 'issue.assigned', 'issue.unresolved']))
  AND (installation.project_ids IS NULL OR $4::bigint = ANY (installation.project_ids))
ORDER BY installation.id
RETURNING id::text, app_id::text AS "appId"
