-- A webhook can leave its mailbox: set aside after a failure where the provider's order does not matter, as `<mailbox>!<id>`, or replayed to
-- another region. What is sealed was bound to the name that it had first; null means that it still has it.
ALTER TABLE stored_webhook ADD COLUMN sealed_mailbox text;
ALTER TABLE dead_letter ADD COLUMN sealed_mailbox text;
