-- Rows live for milliseconds. Attempts are counted in place (no index has a changed column), which needs room in the page; and what is deleted
-- is given back early and without pauses, so that the table stays as large as what waits, not as what ever came through.
ALTER TABLE stored_webhook SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 0, toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_threshold = 5000,
  toast.autovacuum_vacuum_cost_delay = 0);
ALTER TABLE mailbox SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
