-- Removes a batch of the oldest records; two copies of the app take different ones.
-- $1 received before, $2 at most so many. Index: webhook_delivery_received_at_idx.
DELETE FROM webhook_delivery
WHERE delivery_id IN (
  SELECT delivery_id FROM webhook_delivery
  WHERE received_at < $1
  ORDER BY received_at
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)
