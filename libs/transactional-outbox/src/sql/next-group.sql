-- Renews the caller's claim and reads the next coalescing group: the newest row of the group that the lowest row is in.
-- $1 destination, $2 scope, $3 shard, $4 claim token, $5 claim duration in ms, $6 highest id or null.
-- Index: outbox_claim_pkey, outbox_message_shard, outbox_message_coalescing. No row: empty, or the claim is lost.
WITH claim AS (
  UPDATE outbox_claim
  SET claimed_until = now() + $5::integer * interval '1 millisecond'
  WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3 AND token = $4::uuid
  RETURNING token
), head AS (
  SELECT category, object_identifier, date_added
  FROM outbox_message
  WHERE EXISTS (SELECT FROM claim)
    AND destination = $1 AND shard_scope = $2 AND shard_identifier = $3
    AND ($6::bigint IS NULL OR id <= $6::bigint)
  ORDER BY id
  LIMIT 1
)
SELECT newest.id, newest.category, newest.object_identifier, newest.payload, newest.date_added,
  head.date_added AS oldest_added
FROM head
CROSS JOIN LATERAL (
  SELECT id, category, object_identifier, payload, date_added
  FROM outbox_message
  WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3
    AND category = head.category AND object_identifier = head.object_identifier
    AND ($6::bigint IS NULL OR id <= $6::bigint)
  ORDER BY id DESC
  LIMIT 1
) AS newest
