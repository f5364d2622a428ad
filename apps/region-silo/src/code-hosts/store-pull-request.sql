-- Stores a pull request, or brings it up to date unless what is stored is newer. A message that does not name the author
-- ($7 null) leaves the stored one as it is.
-- $1 repository id, $2 number, $3 title, $4 state, $5 merged, $6 draft, $7 author, $8 head sha, $9 base sha, $10 url,
-- $11 updated at (provider's clock), $12 now
INSERT INTO pull_request
  (repository_id, number, title, state, is_merged, is_draft, author_login, head_sha, base_sha, url,
   provider_updated_at, stored_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (repository_id, number) DO UPDATE SET
  title = excluded.title,
  state = excluded.state,
  is_merged = excluded.is_merged,
  is_draft = excluded.is_draft,
  author_login = coalesce(excluded.author_login, pull_request.author_login),
  head_sha = excluded.head_sha,
  base_sha = excluded.base_sha,
  url = excluded.url,
  provider_updated_at = excluded.provider_updated_at,
  stored_at = excluded.stored_at
WHERE excluded.provider_updated_at >= pull_request.provider_updated_at
