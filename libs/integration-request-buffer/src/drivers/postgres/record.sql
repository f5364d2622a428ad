-- Counts a request and logs it, in one statement; either part may be null.
-- $1 subject, $2 day, $3 success, $4 error, $5 timeout, $6 fatal (increments), $7 when the counts expire,
-- $8 app, $9 event, $10 entry, $11 whether it is a failure, $12 when the entry expires, $13 entries kept per list.
-- Index: request_health_pkey, request_log_list.
WITH health AS (
  INSERT INTO request_health AS held (subject, day, success, error, timeout, fatal, expires_at)
  SELECT $1::text, $2::date, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::timestamptz
  WHERE $1::text IS NOT NULL
  ON CONFLICT (subject, day) DO UPDATE SET
    success = held.success + excluded.success,
    error = held.error + excluded.error,
    timeout = held.timeout + excluded.timeout,
    fatal = held.fatal + excluded.fatal,
    expires_at = excluded.expires_at
), lists AS (
  SELECT is_error_list
  FROM (VALUES (false), (true)) AS list (is_error_list)
  WHERE $8::text IS NOT NULL AND ($11::boolean OR NOT is_error_list)
), trimmed AS (
  DELETE FROM request_log
  WHERE id IN (
    SELECT old.id
    FROM lists
    CROSS JOIN LATERAL (
      SELECT id
      FROM request_log
      WHERE app_id = $8 AND event_name = $9 AND is_error_list = lists.is_error_list
      ORDER BY id DESC
      -- What is there already; the new entry is one more.
      OFFSET $13::integer - 1
    ) AS old
  )
)
INSERT INTO request_log (app_id, event_name, is_error_list, entry, expires_at)
SELECT $8, $9::text, is_error_list, $10::jsonb, $12::timestamptz
FROM lists
