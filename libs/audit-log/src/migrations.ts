import type { Migration } from '@switchyard/database';
import auditLog from '../migrations/0001_audit_log.sql';

/**
 * The table of what operators did. Its number makes it run after `outbox_0002_operations`, which makes the same table in control
 * and, unlike this one, minds when it is there.
 */
export const auditLogMigrations: readonly Migration[] = [
  { name: 'audit_log_0001_audit_log', number: 3, sql: auditLog },
];
