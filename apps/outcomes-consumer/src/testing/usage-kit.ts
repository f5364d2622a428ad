import { temporaryDatabase } from '@switchyard/database/testing';
import type { Pool } from '@switchyard/database';
import { openEventStream } from '@switchyard/event-stream';
import type { BatchResult, EventStream, RecordBatch, StreamRecord } from '@switchyard/event-stream';
import { FakeClock, seededRandom } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { BatchProcessor } from '../consume/batch-processor';
import type { BatchProcessorOptions } from '../consume/batch-processor';
import { readBucket } from '../consume/bucket-reader';
import { readOutcome } from '../consume/outcome-reader';
import { OutcomeLedger } from '../ledger/outcome-ledger';
import { outcomesMigrations } from '../migrations';

/** The time of the records that a kit makes. */
export const NOW = Date.UTC(2024, 7, 12, 18, 55, 11);

/** A database of usage, and what writes to it. */
export interface UsageKit {
  readonly pool: Pool;
  readonly stream: EventStream;
  readonly clock: FakeClock;
  readonly bugs: unknown[];
  /** A process: its own fence, its own memory. */
  processor(changes?: Partial<BatchProcessorOptions>): BatchProcessor;
  /** Sums of the hourly rollups by category, `transaction 3` as `2:3`. */
  usage(): Promise<Record<string, number>>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Makes one. */
export async function startUsage(): Promise<UsageKit> {
  const database = await temporaryDatabase(outcomesMigrations);
  const { pool } = database;
  const clock = new FakeClock(NOW);
  const stream = openEventStream({ databaseUrl: database.url, poolMax: 4, clientId: 'spec' });
  const bugs: unknown[] = [];
  const rows = async (sql: string) => (await pool.query<Record<string, unknown>>(sql)).rows;
  return {
    pool,
    stream,
    clock,
    bugs,
    rows,
    processor: (changes) =>
      new BatchProcessor(
        new OutcomeLedger(pool, 'spec', seededRandom(1)),
        {
          consumer: 'spec',
          sourceOf: (topic) => `default/${topic}#1`,
          read: bucketReading,
          chunkRecordsMax: 100,
          limits: { ratioMax: 0.01, consecutiveMax: 100 },
          gapPolicy: 'stop',
          onBug: (error) => bugs.push(error),
          ...changes,
        },
        clock,
        silentLogger,
      ),
    async usage() {
      const sums = await rows(
        'SELECT category, sum(quantity)::integer AS sum FROM outcome_hourly GROUP BY 1 ORDER BY 1',
      );
      return Object.fromEntries(sums.map(({ category, sum }) => [String(category), Number(sum)]));
    },
    async reset() {
      await pool.query(
        'TRUNCATE ingest_position, outcome_event, outcome_hourly, outcome_daily, outcome_outbox, dead_letter, notice, project, quota CASCADE',
      );
      bugs.length = 0;
    },
    async close() {
      await stream.close();
      await database.drop();
    },
  };
}

/** Reads buckets as the default settings do. */
export const bucketReading: BatchProcessorOptions['read'] = (record, place) =>
  readBucket(record, place, {
    policy: 'broker',
    futureToleranceMs: 300_000,
    segmentOrgs: new Set(),
    modeFor: () => 'v2024_08',
  });

/** Reads messages of the outcome topics. */
export const outcomeReading: BatchProcessorOptions['read'] = (record, place) => readOutcome(record, place);

/** Consecutive records of partition 0. */
export function batchOf(
  values: readonly (Buffer | null)[],
  from = 0n,
  changes: Partial<RecordBatch> = {},
): RecordBatch {
  const records = values.map((value, index): StreamRecord => ({
    offset: from + BigInt(index),
    timestampMs: NOW,
    key: null,
    value,
    headers: {},
  }));
  return {
    topic: 'buckets',
    partition: 0,
    records,
    highWatermark: from + BigInt(values.length),
    isWanted: () => true,
    heartbeat: () => Promise.resolve(),
    ...changes,
  };
}

/** The offset that a batch was done to. */
export const doneTo = (nextOffset: bigint): BatchResult => ({ kind: 'done', nextOffset });
