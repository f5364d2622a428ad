import { defineMigrations } from '@switchyard/database';
import eventStream from '../migrations/0001_event_stream.sql';

/** The tables of the PostgreSQL driver. */
export const eventStreamMigrations = defineMigrations('event-stream', [
  { name: '0001_event_stream', sql: eventStream },
]);
