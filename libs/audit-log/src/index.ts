export { audit, AuditLog } from './audit-log';
export type { AuditEntry, AuditTarget } from './audit-log';
export { auditLogMigrations } from './migrations';
