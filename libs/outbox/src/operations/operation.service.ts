import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { audit } from '@switchyard/audit-log';
import type { Operation, OperationKind, OperationPlan, SelectedWebhook } from './operation';
import { selectionSql } from './selection';
import type { Selection } from './selection';

const SAMPLE = 10;

const OPERATION_COLUMNS = `id::text, kind, selection, state, total::int, done::int, actor, target_region AS "targetRegion", created_at AS "createdAt",
  finished_at AS "finishedAt"`;
const SELECTED_COLUMNS = `id::text, mailbox, region, provider, integration_id::text AS "integrationId",
  provider_delivery_id AS "providerDeliveryId", event_type AS "eventType", attempts, received_at AS "receivedAt"`;

/** The table from which an operation takes. */
export function tableOf(kind: OperationKind): SelectedTable {
  if (kind === 'replay_delivered') return 'delivered_webhook';
  return kind === 'discard_waiting' ? 'stored_webhook' : 'dead_letter';
}

/** Where webhooks can be selected from; `delivered_webhook` has those whose payload is kept. */
export type SelectedTable = 'dead_letter' | 'delivered_webhook' | 'stored_webhook';

/** Plans, starts and cancels bulk actions. The runner does them. */
@Injectable()
export class OperationService {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /**
   * Counts what is selected and shows a sample; nothing is done until {@link start}.
   *
   * @param targetRegion where replayed webhooks go instead of their own region
   */
  async plan(kind: OperationKind, selection: Selection, actor: string, targetRegion?: string): Promise<OperationPlan> {
    const { where, parameters } = selectionSql(selection, 1);
    const table = tableOf(kind);
    const { rows: counts } = await this.pool.query<{ total: string; up_to: string }>(
      `SELECT count(*) AS total, coalesce(max(id), 0)::text AS up_to FROM ${table} WHERE ${where}`,
      [...parameters],
    );
    const { rows: operations } = await this.pool.query<Operation>(
      `INSERT INTO operation (kind, selection, total, up_to_id, actor, target_region) VALUES ($1, $2, $3, $4, $5, $6)
       RETURNING ${OPERATION_COLUMNS}`,
      [kind, JSON.stringify(selection), counts[0]?.total ?? '0', counts[0]?.up_to ?? '0', actor, targetRegion ?? null],
    );
    const sample = await this.select(table, selection, { limit: SAMPLE });
    return { ...(operations[0] as Operation), sample };
  }

  /** `undefined` when there is none, or it is not planned any more. */
  start(id: string, actor: string): Promise<Operation | undefined> {
    return this.change(id, actor, 'operation_start', `state = 'running'`, ['planned']);
  }

  /** What is done stays done. `undefined` when there is none, or it has ended. */
  cancel(id: string, actor: string): Promise<Operation | undefined> {
    return this.change(id, actor, 'operation_cancel', `state = 'cancelled', finished_at = now()`, [
      'planned',
      'running',
    ]);
  }

  async get(id: string): Promise<Operation | undefined> {
    const { rows } = await this.pool.query<Operation>(`SELECT ${OPERATION_COLUMNS} FROM operation WHERE id = $1`, [id]);
    return rows[0];
  }

  /** The newest first. */
  async list(limit: number): Promise<readonly Operation[]> {
    const { rows } = await this.pool.query<Operation>(
      `SELECT ${OPERATION_COLUMNS} FROM operation ORDER BY operation.id DESC LIMIT $1`,
      [limit],
    );
    return rows;
  }

  /** Dead letters, or what waits, the newest first. @param page `before` is the id of the last entry of the page before */
  async select(
    table: SelectedTable,
    selection: Selection,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<readonly SelectedWebhook[]> {
    const { where, parameters } = selectionSql(selection, 3);
    const extra = table === 'stored_webhook' ? '' : ', reason, status';
    const { rows } = await this.pool.query<SelectedWebhook>(
      `SELECT ${SELECTED_COLUMNS}${extra} FROM ${table}
       WHERE ($1::bigint IS NULL OR id < $1) AND ${where} ORDER BY ${table}.id DESC LIMIT $2`,
      [page.before ?? null, page.limit, ...parameters],
    );
    return rows;
  }

  private change(
    id: string,
    actor: string,
    action: string,
    change: string,
    from: readonly string[],
  ): Promise<Operation | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<Operation>(
        `UPDATE operation SET ${change} WHERE id = $1 AND state = ANY ($2) RETURNING ${OPERATION_COLUMNS}`,
        [id, from],
      );
      const [operation] = rows;
      if (operation !== undefined) {
        const { kind, selection, targetRegion, total } = operation;
        await audit(transaction, actor, action, `operation ${id}`, { kind, selection, targetRegion, total });
      }
      return operation;
    });
  }
}
