import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { EventStream, NewRecord } from '@switchyard/event-stream';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { DataCategory } from './data-category';
import type { Outcome } from './outcome';
import { outcomeBody } from './outcome-message';
import { publishRunsTotal, waitingOutcomes } from './outcomes.metrics';
import { checkOutcome, countTracked } from './track-outcome';

/** DI token: opens the stream of outcomes, or `undefined` when nobody keeps usage. */
export const OPEN_OUTCOME_STREAM = Symbol('OPEN_OUTCOME_STREAM');

/** DI token: what is called at the start of each round, to write outcomes from what else was counted. */
export const OUTCOME_SOURCE = Symbol('OUTCOME_SOURCE');

/** Writes `tracked_outcome` rows, or does nothing. */
export type OutcomeSource = () => Promise<void>;

const ROUND_MS = 1_000;
const BATCH_ROWS = 1_000;
const KEPT_WITHOUT_STREAM = '1 day';

interface Row {
  readonly id: string;
  readonly outcomeId: string;
  readonly at: Date;
  readonly orgId: string;
  readonly projectId: string;
  readonly outcome: Outcome;
  readonly category: DataCategory;
  readonly reason: string | null;
  readonly quantity: string;
}

/**
 * Carries an app's outcomes to their topics. A row leaves in the transaction in which the topic has confirmed it, so a crash may publish
 * one twice, under the same id, and loses none.
 */
@Injectable()
export class OutcomePublisher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stream: EventStream | undefined;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(OPEN_OUTCOME_STREAM) private readonly openStream: () => EventStream | undefined,
    @Inject(OUTCOME_SOURCE) private readonly source: OutcomeSource,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
    await this.source().catch((error: unknown) =>
      this.logger.warn({ error: describeError(error) }, 'outcomes.not_counted'),
    );
    await this.stream?.close();
  }

  /** Publishes what is there; resolves to how many outcomes that were. */
  async publish(): Promise<number> {
    await this.source();
    this.stream ??= this.openStream();
    if (this.stream === undefined) {
      await this.pool.query(`DELETE FROM tracked_outcome WHERE at < now() - interval '${KEPT_WITHOUT_STREAM}'`);
      return 0;
    }
    let published = 0;
    for (;;) {
      const count = await this.publishBatch(this.stream);
      published += count;
      if (count < BATCH_ROWS || this.isStopped) return published;
    }
  }

  private publishBatch(stream: EventStream): Promise<number> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<Row>(
        `SELECT id, outcome_id AS "outcomeId", at, org_id AS "orgId", project_id AS "projectId", outcome, category, reason, quantity
         FROM tracked_outcome ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [BATCH_ROWS],
      );
      const checked = rows.flatMap((row) => this.read(row));
      for (const topic of new Set(checked.map((each) => each.topic))) {
        const records = checked.filter((each) => each.topic === topic).map(({ record }) => record);
        await stream.publish(topic, records);
      }
      if (rows.length > 0)
        await transaction.query('DELETE FROM tracked_outcome WHERE id = ANY ($1)', [rows.map(({ id }) => id)]);
      for (const { count } of checked) count();
      return rows.length;
    });
  }

  /** A row that breaks the vocabulary is logged and left out: it must not hold the others back. */
  private read(row: Row): readonly { topic: string; record: NewRecord; count: () => void }[] {
    const nowMs = this.clock.now();
    try {
      const result = checkOutcome(
        {
          orgId: Number(row.orgId),
          projectId: Number(row.projectId),
          keyId: null,
          outcome: row.outcome,
          category: row.category,
          reason: row.reason,
          quantity: Number(row.quantity),
          timestamp: row.at,
          outcomeId: row.outcomeId,
        },
        nowMs,
      );
      if (result.kind === 'nothing') return [];
      const { tracked, topic } = result;
      const value = Buffer.from(outcomeBody(tracked));
      const record = { key: tracked.outcomeId, value, headers: { outcome_id: tracked.outcomeId } };
      return [{ topic, record, count: () => countTracked(tracked, topic, nowMs) }];
    } catch (error) {
      this.logger.error({ id: row.id, error: describeError(error) }, 'outcome.invalid');
      return [];
    }
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.round = this.run();
      void this.round.then(() => {
        if (!this.isStopped) this.schedule();
      });
    }, ROUND_MS).unref();
  }

  private async run(): Promise<void> {
    try {
      await this.publish();
      waitingOutcomes.set(0);
      publishRunsTotal.inc({ result: 'ok' });
    } catch (error) {
      publishRunsTotal.inc({ result: 'failed' });
      this.logger.warn({ error: describeError(error) }, 'outcomes.not_published');
      await this.measure();
    }
  }

  private async measure(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ count: number }>(
        'SELECT count(*)::integer AS count FROM tracked_outcome',
      );
      waitingOutcomes.set(rows[0]?.count ?? 0);
    } catch {
      // The database is away; the next round measures.
    }
  }
}
