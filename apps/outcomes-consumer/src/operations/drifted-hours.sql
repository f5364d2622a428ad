-- Hours whose rollups are not what the ledger says. $1 from, $2 to, $3 organization or null.
SELECT coalesce(ledger.org_id, hourly.org_id)::text AS "orgId", coalesce(ledger.hour, hourly.hour) AS hour,
  coalesce(ledger.quantity, 0)::text AS "ledgerQuantity", coalesce(hourly.quantity, 0)::text AS "hourlyQuantity"
FROM (
  SELECT org_id, date_trunc('hour', occurred_at, 'UTC') AS hour, sum(quantity) AS quantity, count(*) AS outcomes
  FROM outcome_event WHERE occurred_at >= $1 AND occurred_at < $2 AND ($3::bigint IS NULL OR org_id = $3) GROUP BY 1, 2
) AS ledger
FULL JOIN (
  SELECT org_id, bucket AS hour, sum(quantity) AS quantity, sum(times_seen) AS outcomes
  FROM outcome_hourly WHERE bucket >= $1 AND bucket < $2 AND ($3::bigint IS NULL OR org_id = $3) GROUP BY 1, 2
) AS hourly ON ledger.org_id = hourly.org_id AND ledger.hour = hourly.hour
WHERE (ledger.quantity, ledger.outcomes) IS DISTINCT FROM (hourly.quantity, hourly.outcomes)
ORDER BY 1, 2 LIMIT 1000
