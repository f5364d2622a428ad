-- Everything that a text about activity $1 may need, by primary keys.
SELECT activity.type, activity.user_id::text AS "userId", activity.data, activity.issue_id::text AS "issueId",
  project.id::text AS "projectId", project.slug AS "projectSlug", issue.short_number::text AS "shortNumber",
  organization.id::text AS "organizationId", organization.options, job.done_on AS "doneOn",
  coalesce(nullif(author.name, ''), author.email) AS author,
  coalesce(nullif(assignee.name, ''), nullif(assignee.email, ''), assignee.username) AS assignee, team.slug AS "teamSlug"
FROM activity
  JOIN project ON project.id = activity.project_id
  JOIN organization ON organization.id = project.organization_id
  LEFT JOIN slack_thread_job AS job ON job.activity_id = activity.id
  LEFT JOIN issue ON issue.id = activity.issue_id
  LEFT JOIN member AS author ON author.organization_id = organization.id AND author.user_id = activity.user_id
  LEFT JOIN member AS assignee ON assignee.organization_id = organization.id AND activity.data->>'assigneeType' IS DISTINCT FROM 'team'
    AND activity.data->>'assignee' ~ '^\d{1,18}$' AND assignee.user_id = (activity.data->>'assignee')::bigint
  LEFT JOIN team ON team.organization_id = organization.id AND activity.data->>'assigneeType' = 'team'
    AND activity.data->>'assignee' ~ '^\d{1,18}$' AND team.id = (activity.data->>'assignee')::bigint
WHERE activity.id = $1
