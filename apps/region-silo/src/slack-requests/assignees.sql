-- Teams of project $1 and the people in them, at most $2 of each, in the order in which they are shown.
(SELECT 'team' AS kind, team.id::text, team.slug AS label, ARRAY[team.name, team.slug] AS words
 FROM project_team JOIN team ON team.id = project_team.team_id
 WHERE project_team.project_id = $1 ORDER BY lower(team.slug), team.id LIMIT $2)
UNION ALL
(SELECT 'user', member.user_id::text, coalesce(nullif(member.name, ''), member.email),
   ARRAY[member.name, member.email, member.username]
 FROM member
 WHERE member.organization_id = (SELECT organization_id FROM project WHERE id = $1)
   AND EXISTS (SELECT FROM project_team JOIN team_member ON team_member.team_id = project_team.team_id
     WHERE project_team.project_id = $1 AND team_member.user_id = member.user_id)
 ORDER BY lower(coalesce(nullif(member.name, ''), member.email)), member.user_id LIMIT $2)
