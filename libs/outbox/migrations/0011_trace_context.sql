-- The trace in which a webhook was received (W3C traceparent, 55 characters): its deliveries, however late, are part of it. Nullable and without
-- a default, so that the tables are not rewritten and rows of versions before this one stay as they are.
ALTER TABLE stored_webhook ADD COLUMN traceparent text;
ALTER TABLE dead_letter ADD COLUMN traceparent text;
