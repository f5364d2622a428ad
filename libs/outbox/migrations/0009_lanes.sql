-- Within a mailbox the order is promised for webhooks of one lane only: a digest of what the provider's policy orders by (a project, an issue).
-- null: ordered with everything.
ALTER TABLE stored_webhook ADD COLUMN lane smallint;
ALTER TABLE dead_letter ADD COLUMN lane smallint;
