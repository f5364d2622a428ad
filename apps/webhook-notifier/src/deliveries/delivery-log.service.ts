import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { auditApp } from '../platform/audit';
import type { App } from '../platform/app';
import { DeliveryScheduler } from './delivery-scheduler';

/** One delivery, without what it carries. */
export interface DeliveryEntry {
  readonly id: string;
  readonly messageId: string;
  readonly event: string;
  readonly organizationId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly occurredAt: Date;
  readonly dueAt: Date;
  readonly finishedAt: Date | null;
  readonly isReplay: boolean;
}

/** Which deliveries are to be made once more. */
export interface ReplayWish {
  readonly ids?: readonly string[] | undefined;
  readonly since?: string | undefined;
  readonly status: string;
}

/** Deliveries replayed with one request. */
const REPLAY_MAX = 10_000;

/** What became of deliveries, and making them once more. */
@Injectable()
export class DeliveryLog {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly scheduler: DeliveryScheduler,
  ) {}

  /** The newest first. */
  async list(appId: string, limit: number, before?: string, status?: string): Promise<readonly DeliveryEntry[]> {
    const { rows } = await this.pool.query<DeliveryEntry>(
      `SELECT delivery.id::text, occurrence.message_id AS "messageId",
         occurrence.resource || '.' || delivery.action AS event, occurrence.organization_id::text AS "organizationId",
         delivery.status, delivery.reason, delivery.attempts, occurrence.occurred_at AS "occurredAt",
         delivery.due_at AS "dueAt", delivery.finished_at AS "finishedAt", delivery.is_replay AS "isReplay"
       FROM app_delivery AS delivery JOIN occurrence ON occurrence.id = delivery.occurrence_id
       WHERE delivery.app_id = $1 AND ($3::bigint IS NULL OR delivery.id < $3) AND ($4::text IS NULL OR delivery.status = $4)
       ORDER BY delivery.id DESC LIMIT $2`,
      [appId, limit, before ?? null, status ?? null],
    );
    return rows;
  }

  /** Makes deliveries wait again, with fresh attempts and their message ids. Resolves to how many. */
  async replay(app: App, { ids, since, status }: ReplayWish, actor: string): Promise<number> {
    const rows = await inTransaction(this.pool, async (transaction) => {
      const result = await transaction.query<{ id: string }>(
        `UPDATE app_delivery
         SET status = 'waiting', attempts = 0, due_at = now(), claimed_until = '-infinity', reason = NULL, finished_at = NULL,
           is_replay = true
         WHERE id IN (
           SELECT id FROM app_delivery
           WHERE app_id = $1 AND status = $2 AND ($3::bigint[] IS NULL OR id = ANY ($3))
             AND ($4::timestamptz IS NULL OR finished_at >= $4)
           ORDER BY id LIMIT $5)
         RETURNING id::text`,
        [app.id, status, ids ?? null, since ?? null, REPLAY_MAX],
      );
      await auditApp(transaction, app.organizationId, 'sentry-app.replay', actor, {
        slug: app.slug,
        status,
        since,
        count: result.rows.length,
      });
      return result.rows;
    });
    for (const { id } of rows) this.scheduler.submit(id, app.id);
    return rows.length;
  }
}
