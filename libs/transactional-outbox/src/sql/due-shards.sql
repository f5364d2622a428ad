-- Shards with at least one due row and no valid claim, the longest due first.
-- $1 most shards. Index: outbox_message_due, outbox_claim_pkey.
SELECT message.destination, message.shard_scope, message.shard_identifier
FROM outbox_message AS message
LEFT JOIN outbox_claim AS claim
  ON claim.destination = message.destination AND claim.shard_scope = message.shard_scope
  AND claim.shard_identifier = message.shard_identifier AND claim.claimed_until > now()
WHERE message.scheduled_for <= now() AND claim.token IS NULL
GROUP BY message.destination, message.shard_scope, message.shard_identifier
ORDER BY min(message.scheduled_for), max(message.id)
LIMIT $1::integer
