-- Records a delivery, or nothing when its id, or the provider's id of one that took effect, is there already. Waits for a
-- transaction that is recording the same right now.
-- $1 delivery id, $2 provider delivery id, $3 provider, $4 view, $5 event type, $6 integration id, $7 SHA-256 of the body,
-- $8 bytes of the body, $9 received at, $10 handled at, $11 outcome, $12 status
INSERT INTO webhook_delivery
  (delivery_id, provider_delivery_id, provider, view, event_type, integration_id, body_sha256, body_bytes,
   received_at, handled_at, outcome, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT DO NOTHING
