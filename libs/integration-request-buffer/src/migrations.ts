import { defineMigrations } from '@switchyard/database';
import requestBuffer from '../migrations/0001_request_buffer.sql';

/** The tables of the PostgreSQL driver. */
export const requestBufferMigrations = defineMigrations('integration-request-buffer', [
  { name: '0001_request_buffer', sql: requestBuffer },
]);
