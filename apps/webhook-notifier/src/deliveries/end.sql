-- Ends deliveries. $1 ids, $2 statuses, $3 reasons: three lists of the same length. Index: app_delivery_pkey.
UPDATE app_delivery
SET status = ended.status, reason = ended.reason, finished_at = now(), claimed_until = '-infinity'
FROM (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[]) AS ended (id, status, reason) ORDER BY id) AS ended
WHERE app_delivery.id = ended.id AND app_delivery.status = 'waiting'
