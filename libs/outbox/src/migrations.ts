import { defineMigrations } from '@switchyard/database';
import accounting from '../migrations/0004_accounting.sql';
import setAside from '../migrations/0005_set_aside.sql';
import history from '../migrations/0006_history.sql';
import holdScopes from '../migrations/0007_hold_scopes.sql';
import storage from '../migrations/0008_storage.sql';
import lanes from '../migrations/0009_lanes.sql';
import tally from '../migrations/0010_tally.sql';
import traceContext from '../migrations/0011_trace_context.sql';
import operations from '../migrations/0002_operations.sql';
import shed from '../migrations/0003_shed.sql';
import storedWebhooks from '../migrations/0001_stored_webhooks.sql';

/** The tables of stored delivery. */
export const outboxMigrations = defineMigrations('outbox', [
  { name: '0001_stored_webhooks', sql: storedWebhooks },
  { name: '0002_operations', sql: operations },
  { name: '0003_shed', sql: shed },
  { name: '0004_accounting', sql: accounting },
  { name: '0005_set_aside', sql: setAside },
  { name: '0006_history', sql: history },
  { name: '0007_hold_scopes', sql: holdScopes },
  { name: '0008_storage', sql: storage },
  { name: '0009_lanes', sql: lanes },
  { name: '0010_tally', sql: tally },
  { name: '0011_trace_context', sql: traceContext },
]);
