-- Deletes up to 100 rows of a group that are older than its representative.
-- $1 destination, $2 scope, $3 shard, $4 category, $5 object, $6 id of the representative.
-- Index: outbox_message_coalescing.
DELETE FROM outbox_message
WHERE id IN (
  SELECT id
  FROM outbox_message
  WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3
    AND category = $4 AND object_identifier = $5 AND id < $6::bigint
  ORDER BY id
  LIMIT 100
)
