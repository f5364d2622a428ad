import { ConflictException, Inject, Injectable, NotFoundException } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { BILLING_OUTCOMES_TOPIC, OUTCOMES_TOPIC } from '@switchyard/outcomes';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { gauge, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { OutcomesSettings } from '../app.settings';
import { readOutcome } from '../consume/outcome-reader';
import { BUCKETS_TOPIC, sourceName } from '../consume/topics';
import { UsageConsumers } from '../consume/usage-consumers.service';
import { OUTCOMES_SETTINGS } from '../tokens';
import driftedHoursSql from './drifted-hours.sql';
import { replayDeadLetters } from './replay-dead-letters';
import type { ReplayResult } from './replay-dead-letters';

const driftedHours = gauge({
  name: 'switchyard_usage_drifted_hours',
  help: 'Hours of organizations, of the last day, whose rollups are not what the ledger says: `POST /admin/api/usage/rebuild` mends them.',
});

/** A correction, to be booked. */
export interface NewAdjustment {
  readonly idempotencyKey: string;
  readonly organizationId: number;
  readonly projectId: number;
  /** Numbers of the wire. */
  readonly category: number;
  readonly outcome: number;
  readonly hour: Date;
  /** Signed. */
  readonly quantity: number;
  readonly reason: string;
}

/** A correction that is booked. */
export interface Adjustment extends Omit<NewAdjustment, 'organizationId' | 'projectId' | 'quantity'> {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly quantity: string;
  readonly author: string;
  readonly createdAt: Date;
}

/** An hour whose rollups are not what the ledger says. */
export interface DriftedHour {
  readonly orgId: string;
  readonly hour: Date;
  readonly ledgerQuantity: string;
  readonly hourlyQuantity: string;
}

/** Hours, `from <= t < to`. */
export interface HourSpan {
  readonly from: Date;
  readonly to: Date;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Hours that a line of the log names. */
const DRIFT_SHOWN = 10;
/** Rebuilding keeps the consumer from writing; it must not wait for a writer that hangs. */
const LOCK_TIMEOUT = '5s';

const ADJUSTMENT = `id::text, idempotency_key AS "idempotencyKey", org_id::text AS "organizationId", project_id::text AS "projectId",
  category, outcome, bucket AS hour, quantity::text, author, reason, created_at AS "createdAt"`;

/** What operators may do to usage. Everything is one transaction with its line in the audit trail; outcomes themselves never change. */
@Injectable()
export class UsageOperations {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(OUTCOMES_SETTINGS) private readonly settings: OutcomesSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly consumers: UsageConsumers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Books a correction; the same key again is the one that is there, and changes nothing. */
  adjust(adjustment: NewAdjustment, author: string): Promise<Adjustment> {
    return inTransaction(this.pool, (transaction) => this.book(transaction, adjustment, author));
  }

  /** Takes one outcome back, by a correction of the same size; once. */
  cancel(outcomeId: string, reason: string, author: string): Promise<Adjustment> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{
        org: string;
        project: string;
        category: number;
        outcome: number;
        hour: Date;
        quantity: string;
      }>(
        `SELECT org_id AS org, project_id AS project, category, outcome, date_trunc('hour', occurred_at, 'UTC') AS hour, quantity
         FROM outcome_event WHERE dedupe_id = $1`,
        [outcomeId],
      );
      const [row] = rows;
      if (row === undefined) throw new NotFoundException('the ledger holds no such outcome');
      const { category, outcome, hour } = row;
      const parts = { category, outcome, hour, reason, quantity: -Number(row.quantity) };
      const where = { organizationId: Number(row.org), projectId: Number(row.project) };
      return this.book(
        transaction,
        { idempotencyKey: `cancel:${outcomeId.toLowerCase()}`, ...where, ...parts },
        author,
      );
    });
  }

  async adjustments(organizationId: number, after: string | undefined, limit: number): Promise<readonly Adjustment[]> {
    const { rows } = await this.pool.query<Adjustment>(
      `SELECT ${ADJUSTMENT} FROM usage_adjustment WHERE org_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [organizationId, after ?? null, limit],
    );
    return rows;
  }

  /**
   * Sends a partition back: it is read again from there when its next record arrives. The ledger knows what was counted, as long as it
   * keeps it; so nothing is counted twice.
   */
  rewind(topic: string, partition: number, offset: bigint, reason: string, author: string): Promise<void> {
    return inTransaction(this.pool, async (transaction) => {
      const source = sourceName(topic, this.settings.topicEpochs);
      const { rows } = await transaction.query<{ before: string }>(
        `SELECT next_offset AS before FROM ingest_position WHERE consumer_group = $1 AND source = $2 AND partition_no = $3 FOR UPDATE`,
        [this.groupOf(topic), source, partition],
      );
      const before = rows[0]?.before;
      if (before === undefined) throw new NotFoundException('this partition was never read');
      if (offset >= BigInt(before))
        throw new ConflictException(`it was read up to ${before}: nothing is left out by going forward`);
      await transaction.query(
        `UPDATE ingest_position SET next_offset = $4, updated_at = now() WHERE consumer_group = $1 AND source = $2 AND partition_no = $3`,
        [this.groupOf(topic), source, partition, offset],
      );
      await audit(transaction, author, 'rewind', { source, partition, before, offset: String(offset), reason });
    });
  }

  /** Makes hourly and daily usage of an organization anew from the ledger, which has to hold all of the days. */
  rebuild(organizationId: number, { from, to }: HourSpan, reason: string, author: string): Promise<void> {
    const firstDay = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
    const lastDay = Math.ceil(to.getTime() / DAY_MS) * DAY_MS;
    if (firstDay < this.clock.now() - (this.settings.ledgerRetentionDays - 1) * DAY_MS)
      throw new ConflictException('the ledger does not hold these days any more');
    return inTransaction(this.pool, async (transaction) => {
      await transaction.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
      // What is not committed yet adds to what is written here, afterwards.
      await transaction.query('LOCK TABLE outcome_hourly, outcome_daily IN SHARE ROW EXCLUSIVE MODE');
      const days = [organizationId, new Date(firstDay), new Date(lastDay)];
      for (const [table, unit] of [
        ['outcome_hourly', 'hour'],
        ['outcome_daily', 'day'],
      ] as const) {
        await transaction.query(`DELETE FROM ${table} WHERE org_id = $1 AND bucket >= $2 AND bucket < $3`, days);
        await transaction.query(
          `INSERT INTO ${table} (org_id, bucket, category, outcome, project_id, key_id, reason, quantity, times_seen)
           SELECT org_id, date_trunc('${unit}', occurred_at, 'UTC'), category, outcome, project_id, coalesce(key_id, 0),
             coalesce(reason, 'none'), sum(quantity)::bigint, count(*)
           FROM outcome_event WHERE org_id = $1 AND occurred_at >= $2 AND occurred_at < $3 GROUP BY 1, 2, 3, 4, 5, 6, 7`,
          days,
        );
      }
      await audit(transaction, author, 'rebuild', { organizationId, from, to, reason });
    });
  }

  /** Hours whose rollups are not what the ledger says; at most a thousand. */
  async drift({ from, to }: HourSpan, organizationId?: number): Promise<readonly DriftedHour[]> {
    const { rows } = await this.pool.query<DriftedHour>(driftedHoursSql, [from, to, organizationId ?? null]);
    return rows;
  }

  /** Compares the closed hours of the last day, all organizations together; what differs is logged and shown as a metric. */
  async reconcile(): Promise<readonly DriftedHour[]> {
    const to = new Date(Math.floor(this.clock.now() / HOUR_MS) * HOUR_MS);
    const drifted = await this.drift({ from: new Date(to.getTime() - DAY_MS), to });
    driftedHours.set(drifted.length);
    if (drifted.length > 0)
      this.logger.error({ hours: drifted.slice(0, DRIFT_SHOWN), count: drifted.length }, 'usage.drifted');
    return drifted;
  }

  /** Reads dead letters of a topic again. */
  replay(topic: string, author: string): Promise<ReplayResult> {
    const read = topic === BUCKETS_TOPIC ? this.consumers.readBucket : readOutcome;
    return replayDeadLetters(this.pool, sourceName(topic, this.settings.topicEpochs), read, author);
  }

  /** Newest first. */
  async auditTrail(after: string | undefined, limit: number): Promise<readonly Record<string, unknown>[]> {
    const { rows } = await this.pool.query<Record<string, unknown>>(
      `SELECT id::text, at, author, action, detail FROM usage_audit WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
      [after ?? null, limit],
    );
    return rows;
  }

  private async book(transaction: Transaction, adjustment: NewAdjustment, author: string): Promise<Adjustment> {
    const { idempotencyKey, organizationId, projectId, category, outcome, hour, quantity, reason } = adjustment;
    const { rows } = await transaction.query<Adjustment>(
      `INSERT INTO usage_adjustment (idempotency_key, org_id, project_id, category, outcome, bucket, quantity, author, reason)
       VALUES ($1, $2, $3, $4, $5, date_trunc('hour', $6::timestamptz, 'UTC'), $7, $8, $9) ON CONFLICT (idempotency_key) DO NOTHING
       RETURNING ${ADJUSTMENT}`,
      [idempotencyKey, organizationId, projectId, category, outcome, hour, quantity, author, reason],
    );
    const [made] = rows;
    if (made !== undefined) {
      await audit(transaction, author, 'adjust', { idempotencyKey, organizationId, quantity, reason });
      return made;
    }
    const known = await transaction.query<Adjustment>(
      `SELECT ${ADJUSTMENT} FROM usage_adjustment WHERE idempotency_key = $1`,
      [idempotencyKey],
    );
    return known.rows[0] as Adjustment;
  }

  private groupOf(topic: string): string {
    const { group } = this.settings;
    return topic === OUTCOMES_TOPIC || topic === BILLING_OUTCOMES_TOPIC ? `${group}-outcomes` : group;
  }
}

async function audit(transaction: Transaction, author: string, action: string, detail: object): Promise<void> {
  await transaction.query('INSERT INTO usage_audit (author, action, detail) VALUES ($1, $2, $3)', [
    author,
    action,
    detail,
  ]);
}
