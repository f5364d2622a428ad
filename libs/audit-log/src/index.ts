export { audit, AuditLog } from './audit-log';
export type { AuditEntry } from './audit-log';
export { auditLogMigrations } from './migrations';
