import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import { directoryMigrations } from '@switchyard/directory';
import { outboxMigrations } from '@switchyard/outbox';
import rejectedRequest from '../migrations/0001_rejected_request.sql';

const gatewayMigrations = defineMigrations('gateway', [{ name: '0001_rejected_request', sql: rejectedRequest }]);

/** The tables of the control silo. */
export const migrations: readonly Migration[] = [...directoryMigrations, ...outboxMigrations, ...gatewayMigrations];
