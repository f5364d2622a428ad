-- Claims a shard and, for a scheduled drain, backs all of its rows off: they leave the backoff by being deleted.
-- $1 destination, $2 scope, $3 shard, $4 claim token, $5 claim duration in ms, $6 whether to back off, $7 highest id or null.
-- Index: outbox_claim_pkey, outbox_message_shard. Returns no row while another claim is valid or the shard is empty.
-- The delay doubles from 2 s up to an hour: 2 x max(last delay of the lowest row, 1 s).
WITH head AS (
  SELECT least(2 * greatest(scheduled_for - scheduled_from, interval '1 second'), interval '1 hour') AS delay
  FROM outbox_message
  WHERE destination = $1 AND shard_scope = $2 AND shard_identifier = $3
    AND ($7::bigint IS NULL OR id <= $7::bigint)
  ORDER BY id
  LIMIT 1
), claim AS (
  INSERT INTO outbox_claim AS held (destination, shard_scope, shard_identifier, token, claimed_until)
  SELECT $1, $2, $3, $4::uuid, now() + $5::integer * interval '1 millisecond' FROM head
  ON CONFLICT (destination, shard_scope, shard_identifier) DO UPDATE
    SET token = excluded.token, claimed_until = excluded.claimed_until
    WHERE held.claimed_until <= now()
  RETURNING token
), backoff AS (
  UPDATE outbox_message AS message
  SET scheduled_from = now(), scheduled_for = now() + head.delay
  FROM head
  WHERE $6::boolean AND EXISTS (SELECT FROM claim)
    AND message.destination = $1 AND message.shard_scope = $2 AND message.shard_identifier = $3
)
SELECT token FROM claim
