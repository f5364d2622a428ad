-- Stores the commits that are not known yet. The order of the rows is the order of their locks: two pushes that share
-- commits cannot wait for each other in a circle.
-- $1 repository id, $2 branch, $3 now, then arrays: $4 sha, $5 message, $6 author name, $7 author email, $8 authored at.
INSERT INTO repository_commit
  (repository_id, branch, stored_at, sha, message, author_name, author_email, authored_at)
SELECT $1::bigint, $2, $3::timestamptz, pushed.*
FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
  AS pushed (sha, message, author_name, author_email, authored_at)
ORDER BY pushed.sha
ON CONFLICT (repository_id, sha) DO NOTHING
