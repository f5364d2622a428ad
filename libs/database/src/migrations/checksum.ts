import { createHash } from 'node:crypto';
import { sqlStatements } from './sql-statements';

/** SHA-256, in hex, of what a migration does: comments and white space may be mended afterwards. */
export function migrationChecksum(sql: string): string {
  const statements = sqlStatements(sql).map(({ text }) => text);
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex');
}
