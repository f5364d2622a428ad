import { defineMigrations } from '@switchyard/database';
import outboxMessages from '../migrations/0001_outbox_messages.sql';

/** The tables of the transactional outbox. */
export const transactionalOutboxMigrations = defineMigrations('transactional-outbox', [
  { name: '0001_outbox_messages', sql: outboxMessages },
]);
