import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { DeliveryScheduler } from '../deliveries/delivery-scheduler';
import { eventKindOf } from '@switchyard/app-events';
import fanOutSql from './fan-out.sql';
import { messageId } from './message-id';
import { occurrenceContext } from '@switchyard/app-events';
import type { Occurrence, OccurrenceContent } from '@switchyard/app-events';
import { occurrencesTotal } from './occurrence.metrics';

/** A delivery that was written. */
export interface NewDelivery {
  readonly id: string;
  readonly appId: string;
}

/** What one occurrence came to. `repeat`: it was taken before. */
export interface Intake {
  readonly kind: 'repeat' | 'taken';
  readonly deliveries: number;
}

/**
 * Takes what happened and writes what has to be sent, in one transaction; nothing is sent here. The same key twice is once.
 */
@Injectable()
export class OccurrenceIntake {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly scheduler: DeliveryScheduler,
  ) {}

  async take(occurrence: Occurrence): Promise<Intake> {
    const deliveries = await inTransaction(this.pool, async (transaction) => {
      const id = await this.write(transaction, occurrence);
      if (id === undefined) return undefined;
      return eventKindOf(occurrence.resource, occurrence.action) === 'subscribed'
        ? this.fanOut(transaction, id, occurrence)
        : this.aim(transaction, id, occurrence);
    });
    occurrencesTotal.inc({ resource: occurrence.resource, result: deliveries === undefined ? 'repeat' : 'taken' });
    if (deliveries === undefined) return { kind: 'repeat', deliveries: 0 };
    this.announce(deliveries);
    return { kind: 'taken', deliveries: deliveries.length };
  }

  /** Writes an occurrence in somebody else's transaction; `undefined` when it is there already. */
  async write(transaction: Transaction, occurrence: Occurrence): Promise<string | undefined> {
    const { key, organizationId, resource, action, data, actor, occurredAt } = occurrence;
    const content: OccurrenceContent = { data, actor };
    const sealed = this.keys.seal(Buffer.from(JSON.stringify(content)), occurrenceContext(key));
    const now = this.clock.now();
    const { rows } = await transaction.query<{ id: string }>(
      `INSERT INTO occurrence (key, message_id, organization_id, resource, action, sealed, occurred_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO NOTHING RETURNING id`,
      [key, messageId(now), organizationId, resource, action, sealed, new Date(occurredAt ?? now)],
    );
    return rows[0]?.id;
  }

  /** Hints; what is not announced is found by the sweeper. */
  announce(deliveries: readonly NewDelivery[]): void {
    for (const { id, appId } of deliveries) this.scheduler.submit(id, appId);
  }

  private async fanOut(transaction: Transaction, id: string, occurrence: Occurrence): Promise<readonly NewDelivery[]> {
    if (isSilentlyCreated(occurrence)) return [];
    const { organizationId, resource, action, projectId } = occurrence;
    const { rows } = await transaction.query<NewDelivery>(fanOutSql, [
      id,
      organizationId,
      `${resource}.${action}`,
      projectId ?? null,
      action,
    ]);
    return rows;
  }

  /** The apps that an alert rule names, subscribed or not, disabled or not. */
  private async aim(
    transaction: Transaction,
    id: string,
    { key, organizationId, action, targets = [] }: Occurrence,
  ): Promise<readonly NewDelivery[]> {
    const deliveries: NewDelivery[] = [];
    for (const { appSlug, settings, title } of targets) {
      const sealed =
        settings === undefined
          ? null
          : this.keys.seal(Buffer.from(JSON.stringify({ settings, title })), occurrenceContext(key));
      const { rows } = await transaction.query<NewDelivery>(
        `INSERT INTO app_delivery (occurrence_id, app_id, installation_id, action, sealed_settings)
         SELECT $1, app.id, installation.id, $4, $5
         FROM app JOIN app_installation AS installation ON installation.app_id = app.id
         WHERE app.slug = $2 AND app.state <> 'deleted' AND installation.organization_id = $3 AND installation.status = 'installed'
         ON CONFLICT DO NOTHING
         RETURNING id::text, app_id::text AS "appId"`,
        [id, appSlug, organizationId, action, sealed],
      );
      deliveries.push(...rows);
    }
    return deliveries;
  }
}

/** Only issues of category error tell that they are new (outgoing-webhooks.md §8.4, path A); one without a category is such an issue. */
function isSilentlyCreated({ resource, action, data }: Occurrence): boolean {
  if (resource !== 'issue' || action !== 'created') return false;
  const { issue } = data as { issue?: { issueCategory?: unknown } | null };
  const category = issue?.issueCategory;
  return category !== undefined && category !== 'error';
}
