-- Stores an issue of another system, or brings it up to date unless what is stored is newer. Deleted and transferred are
-- for ever: numbers are not used twice. A provider that does not tell the state ($5 null) leaves the stored one as it is.
-- $1 provider, $2 integration id, $3 key, $4 title, $5 state, $6 assignee, $7 url, $8 comment count,
-- $9 updated at (provider's clock), $10 now
INSERT INTO external_issue
  (provider, integration_id, key, title, state, assignee_login, url, comment_count, provider_updated_at, stored_at)
VALUES ($1, $2, $3, $4, coalesce($5, 'open'), $6, $7, $8, $9, $10)
ON CONFLICT (provider, integration_id, key) DO UPDATE SET
  title = excluded.title,
  state = coalesce($5, external_issue.state),
  assignee_login = excluded.assignee_login,
  url = excluded.url,
  comment_count = excluded.comment_count,
  provider_updated_at = excluded.provider_updated_at,
  stored_at = excluded.stored_at
WHERE excluded.provider_updated_at >= external_issue.provider_updated_at AND external_issue.state NOT IN ('deleted', 'transferred')
