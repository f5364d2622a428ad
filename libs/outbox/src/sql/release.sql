-- Gives a mailbox back, if the claim is still the caller's. Rows that were taken but not sent get their attempt back.
-- $1 mailbox, $2 claim token, $3 not due for so many ms, $4 ids of rows not sent. Index: mailbox_pkey.
WITH released AS (
  UPDATE mailbox
  SET claim_token = NULL,
      claimed_until = '-infinity',
      due_at = CASE WHEN $3::bigint > 0 THEN now() + $3::bigint * interval '1 millisecond' ELSE '-infinity' END
  WHERE name = $1 AND claim_token = $2::uuid
  RETURNING name
), unsent AS (
  UPDATE stored_webhook SET attempts = attempts - 1
  WHERE id = ANY ($4::bigint[]) AND EXISTS (SELECT FROM released)
)
SELECT name FROM released
