-- Stores requests that were not stored within the window: their keys and their rows, or neither. Two that come at once meet at the key: the
-- second waits for the first one's commit. Keys are written in their order, so that two statements never wait for each other in a circle.
-- Rows get their ids in the order in which they are given. Index: seen_delivery_pkey.
WITH row (number, seen_key, /* columns */) AS (
  VALUES /* rows */
), unseen AS (
  INSERT INTO seen_delivery AS known (key)
  SELECT DISTINCT seen_key FROM row WHERE seen_key IS NOT NULL ORDER BY seen_key
  ON CONFLICT (key) DO UPDATE SET seen_at = now()
    WHERE known.seen_at < now() - /* window */::integer * interval '1 second'
  RETURNING key
), stored AS (
  INSERT INTO stored_webhook (/* columns */)
  SELECT /* columns */ FROM row WHERE seen_key IS NULL OR seen_key IN (SELECT key FROM unseen) ORDER BY number
)
SELECT key FROM unseen
