-- Notes the newest comment of an issue; an older one, or the same again, changes nothing.
-- $1 provider, $2 integration id, $3 key, $4 comment id
UPDATE external_issue SET last_comment_id = $4::bigint
WHERE provider = $1 AND integration_id = $2 AND key = $3
  AND (last_comment_id IS NULL OR last_comment_id < $4::bigint)
