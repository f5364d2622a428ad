import type { Queryable } from '@switchyard/database';

/** Actor of what nobody did. */
export const SYSTEM_ACTOR = 'Switchyard';

/** Notes what happened; with the transaction of the change itself. */
export async function auditApp(
  database: Queryable,
  organizationId: string,
  event: string,
  actor: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await database.query('INSERT INTO app_audit_log (organization_id, event, actor, data) VALUES ($1, $2, $3, $4)', [
    organizationId,
    event,
    actor,
    JSON.stringify(data),
  ]);
}
