-- Deliveries that may be made, a few of each app, so that one with many hides no other. $1 most per app, $2 most in all.
-- Index: app_delivery_due, probed once per app.
SELECT due.id::text, app.id::text AS "appId"
FROM app
CROSS JOIN LATERAL (
  SELECT id, due_at FROM app_delivery
  WHERE app_delivery.app_id = app.id AND status = 'waiting' AND due_at <= now() AND claimed_until <= now()
  ORDER BY due_at LIMIT $1
) AS due
ORDER BY due.due_at
LIMIT $2
