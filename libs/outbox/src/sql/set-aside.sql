-- Puts a webhook into a mailbox of its own, due after a backoff; the ones behind it go on. Only while the claim is the caller's.
-- $1 id, $2 mailbox, $3 claim token, $4 not due for so many ms. Index: stored_webhook_pkey, mailbox_pkey.
WITH aside AS (
  UPDATE stored_webhook
  SET mailbox = $2::text || '!' || id, sealed_mailbox = coalesce(sealed_mailbox, mailbox)
  WHERE id = $1::bigint AND mailbox = $2::text
    AND EXISTS (SELECT FROM mailbox AS claim WHERE claim.name = $2::text AND claim.claim_token = $3::uuid)
  RETURNING mailbox
)
INSERT INTO mailbox (name, due_at)
SELECT mailbox, now() + $4::bigint * interval '1 millisecond' FROM aside
ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at
