-- Removes dead letters; the records of their deliveries stay.
-- $1 after this id, $2 up to this id, $3 most rows, $4 and $5 not used, then the selection's. Index: dead_letter_pkey.
WITH selected AS (
  SELECT id FROM dead_letter
  WHERE id > $1::bigint AND id <= $2::bigint AND ($4::bigint IS NOT NULL OR $5::text IS NOT NULL) AND /* selection */
  ORDER BY id LIMIT $3::integer
  FOR UPDATE
)
DELETE FROM dead_letter WHERE id IN (SELECT id FROM selected) RETURNING id::text, mailbox
