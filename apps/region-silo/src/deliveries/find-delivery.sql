-- Finds the record that stands in the way of a new one: that of the same delivery first, else that of the same event.
-- $1 delivery id, $2 provider, $3 integration id or empty, $4 provider delivery id or null. Indexes: the primary key;
-- webhook_delivery_provider_delivery_id_key.
SELECT delivery_id, outcome, status, 0 AS rank
FROM webhook_delivery
WHERE delivery_id = $1
UNION ALL
SELECT delivery_id, outcome, status, 1 AS rank
FROM webhook_delivery
WHERE provider = $2 AND coalesce(integration_id, '') = $3 AND provider_delivery_id = $4 AND outcome = 'handled'
ORDER BY rank
LIMIT 1
