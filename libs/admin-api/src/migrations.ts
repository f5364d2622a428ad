import { auditLogMigrations } from '@switchyard/audit-log';
import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import adminAccess from '../migrations/0001_admin_access.sql';

/** Tokens, sessions and the audit log: for every app that has an admin API. */
export const adminMigrations: readonly Migration[] = [
  ...auditLogMigrations,
  ...defineMigrations('admin-api', [{ name: '0001_admin_access', sql: adminAccess }]),
];
