-- Issues of other systems, the newest first. $1 id of the last one of the page before or null, $2 how many.
SELECT id, provider, integration_id AS "integrationId", key, title, state, assignee_login AS "assigneeLogin", url,
  comment_count AS "commentCount", last_comment_id AS "lastCommentId", provider_updated_at AS "updatedAt",
  stored_at AS "storedAt"
FROM external_issue
WHERE $1::bigint IS NULL OR id < $1::bigint
ORDER BY id DESC
LIMIT $2
