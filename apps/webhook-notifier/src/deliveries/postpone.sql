-- Puts a delivery off after a failed attempt, or ends it when its app was disabled meanwhile. The app's row is locked first, as disabling does:
-- whoever comes second sees what the first did. $1 id, $2 delay in ms, $3 reason, $4 app, $5 whether a disable ends it.
-- Index: app_pkey, app_delivery_pkey.
WITH owner AS (
  SELECT state = 'disabled' AND $5 AS is_over FROM app WHERE id = $4::bigint FOR SHARE
)
UPDATE app_delivery
SET due_at = now() + $2::bigint * interval '1 millisecond',
  claimed_until = '-infinity',
  status = CASE WHEN is_over THEN 'cancelled' ELSE 'waiting' END,
  finished_at = CASE WHEN is_over THEN now() END,
  reason = CASE WHEN is_over THEN 'app_disabled' ELSE $3 END
FROM owner
WHERE id = $1::bigint AND status = 'waiting'
