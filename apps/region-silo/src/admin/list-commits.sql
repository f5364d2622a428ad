-- Commits, the newest first. $1 id of the last one of the page before or null, $2 how many.
SELECT c.id, r.provider, r.integration_id AS "integrationId", r.external_id AS "repositoryExternalId",
  r.name AS repository, c.sha, c.message, c.author_name AS "authorName", c.author_email AS "authorEmail",
  c.authored_at AS "authoredAt", c.branch, c.stored_at AS "storedAt"
FROM repository_commit c
JOIN repository r ON r.id = c.repository_id
WHERE $1::bigint IS NULL OR c.id < $1::bigint
ORDER BY c.id DESC
LIMIT $2
