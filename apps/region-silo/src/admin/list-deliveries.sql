-- Delivery records, the newest first.
-- $1 provider or null, $2 and $3 received at and delivery id of the last record of the page before or null, $4 how many.
-- Indexes: webhook_delivery_received_at_idx, webhook_delivery_provider_received_at_idx.
SELECT delivery_id AS "deliveryId", provider_delivery_id AS "providerDeliveryId", provider, view,
  event_type AS "eventType", integration_id AS "integrationId", encode(body_sha256, 'hex') AS "bodySha256",
  body_bytes AS "bodyBytes", received_at AS "receivedAt", handled_at AS "handledAt", outcome, status
FROM webhook_delivery
WHERE ($1::text IS NULL OR provider = $1)
  AND ($2::timestamptz IS NULL OR (received_at, delivery_id) < ($2::timestamptz, $3::text))
ORDER BY received_at DESC, delivery_id DESC
LIMIT $4
