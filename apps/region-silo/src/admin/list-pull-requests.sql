-- Pull requests, the newest first. $1 id of the last one of the page before or null, $2 how many.
SELECT p.id, r.provider, r.integration_id AS "integrationId", r.external_id AS "repositoryExternalId",
  r.name AS repository, p.number, p.title, p.state, p.is_merged AS "isMerged", p.is_draft AS "isDraft",
  p.author_login AS "authorLogin", p.head_sha AS "headSha", p.base_sha AS "baseSha", p.url,
  p.provider_updated_at AS "updatedAt", p.stored_at AS "storedAt"
FROM pull_request p
JOIN repository r ON r.id = p.repository_id
WHERE $1::bigint IS NULL OR p.id < $1::bigint
ORDER BY p.id DESC
LIMIT $2
