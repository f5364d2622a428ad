-- What a message about issue $1 says besides the issue itself; $2 the workspace that it goes to. By primary keys.
SELECT organization.slug AS "organizationSlug", team.slug AS "teamSlug",
  coalesce(nullif(assignee.name, ''), nullif(assignee.email, ''), assignee.username) AS "assigneeName",
  identity.slack_user_id AS "assigneeSlackId"
FROM issue
  JOIN project ON project.id = issue.project_id
  JOIN organization ON organization.id = project.organization_id
  LEFT JOIN team ON team.id = issue.assignee_team_id
  LEFT JOIN member AS assignee ON assignee.organization_id = organization.id AND assignee.user_id = issue.assignee_user_id
  LEFT JOIN slack_identity AS identity ON identity.integration_id = $2 AND identity.user_id = issue.assignee_user_id
WHERE issue.id = $1
