import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** One thing that an operator did. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A connection, a transaction, or TypeORM's manager in one. */
export interface AuditTarget {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Notes an action; with the transaction of the action itself, so that there is never one without the other. */
export async function audit(
  database: AuditTarget,
  actor: string,
  action: string,
  subject: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await database.query('INSERT INTO audit_log (actor, action, subject, detail) VALUES ($1, $2, $3, $4)', [
    actor,
    action,
    subject,
    JSON.stringify(detail),
  ]);
}

/** Reads what operators did. */
@Injectable()
export class AuditLog {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** The newest first. @param before the id of the last entry of the page before */
  async list(limit: number, before?: string): Promise<readonly AuditEntry[]> {
    const { rows } = await this.pool.query<AuditEntry>(
      `SELECT id::text, at, actor, action, subject, detail FROM audit_log
       WHERE $2::bigint IS NULL OR id < $2 ORDER BY audit_log.id DESC LIMIT $1`,
      [limit, before ?? null],
    );
    return rows;
  }
}
