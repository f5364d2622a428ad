-- The last activity of issue $1 of the types $3, and who it was by: in workspace $2, or by name.
SELECT activity.type, identity.slack_user_id AS "slackUserId", coalesce(nullif(author.name, ''), author.email) AS name
FROM activity
  JOIN project ON project.id = activity.project_id
  LEFT JOIN member AS author ON author.organization_id = project.organization_id AND author.user_id = activity.user_id
  LEFT JOIN slack_identity AS identity ON identity.integration_id = $2 AND identity.user_id = activity.user_id
WHERE activity.issue_id = $1 AND activity.type = ANY ($3::integer[])
ORDER BY activity.id DESC LIMIT 1
