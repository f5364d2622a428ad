import { defineMigrations } from '@switchyard/database';
import storedWebhooks from '../migrations/0001_stored_webhooks.sql';

/** The tables of stored delivery. */
export const outboxMigrations = defineMigrations('outbox', [{ name: '0001_stored_webhooks', sql: storedWebhooks }]);
