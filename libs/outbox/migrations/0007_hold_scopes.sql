-- allow-risk constraint: a handful of rows, and it allows more than the one before
-- organization: what `integration` holds stand for; covers nothing by itself. integration_region: `provider:region:integration`.
ALTER TABLE hold DROP CONSTRAINT hold_scope_check;
ALTER TABLE hold ADD CONSTRAINT hold_scope_check
  CHECK (scope IN ('mailbox', 'integration', 'integration_region', 'organization', 'region'));

-- Whether an operator holds a mailbox; of what was set aside, the mailbox that it came from.
CREATE FUNCTION is_held(mailbox text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM hold, LATERAL (SELECT string_to_array(split_part(mailbox, '!', 1), ':')) AS name (part)
    WHERE (hold.scope = 'mailbox' AND hold.value = split_part(mailbox, '!', 1))
       OR (hold.scope = 'region' AND hold.value = part[2])
       OR (hold.scope = 'integration' AND hold.value = part[1] || ':' || part[3])
       OR (hold.scope = 'integration_region' AND hold.value = part[1] || ':' || part[2] || ':' || part[3]))
$$;
