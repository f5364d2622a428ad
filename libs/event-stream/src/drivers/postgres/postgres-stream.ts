import { createHash } from 'node:crypto';
import { createPool, inTransaction } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { SwitchyardError } from '@switchyard/primitives';
import type {
  ConsumeOptions,
  EventStream,
  NewRecord,
  RunningConsumer,
  TopicSpec,
  Watermarks,
} from '../../event-stream';
import { PostgresRunningConsumer } from './postgres-consumer';

/** What {@link openPostgresStream} needs; `eventStreamMigrations` have been applied. */
export interface PostgresStreamOptions {
  readonly url: string;
  readonly poolMax: number;
  readonly onError?: (error: Error) => void;
}

/** Opens the driver that keeps records in PostgreSQL. */
export function openPostgresStream({ url, poolMax, onError }: PostgresStreamOptions): EventStream {
  const report = onError === undefined ? {} : { onError };
  return new PostgresStream(createPool({ url, max: poolMax, applicationName: 'switchyard-stream', ...report }));
}

class PostgresStream implements EventStream {
  readonly kind = 'postgres';

  constructor(private readonly pool: Pool) {}

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions } of topics) {
      await this.pool.query(
        `INSERT INTO stream_partition (topic, partition_no)
         SELECT $1, generate_series(0, $2::integer - 1)
         WHERE NOT EXISTS (SELECT FROM stream_partition WHERE topic = $1) ON CONFLICT DO NOTHING`,
        [name, partitions],
      );
    }
  }

  async publish(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    await inTransaction(this.pool, async (transaction) => {
      const count = await this.partitionCount(transaction, topic);
      const byPartition = groupByPartition(records, count);
      for (const [partition, group] of byPartition) await append(transaction, topic, partition, group);
    });
  }

  async consume(options: ConsumeOptions): Promise<RunningConsumer> {
    const consumer = new PostgresRunningConsumer(this.pool, options);
    await consumer.start();
    return consumer;
  }

  async watermarks(topic: string): Promise<readonly Watermarks[]> {
    const { rows } = await this.pool.query<{ partition: number; low: string; high: string }>(
      `SELECT partition_no AS partition, low_offset AS low, next_offset AS high
       FROM stream_partition WHERE topic = $1 ORDER BY partition_no`,
      [topic],
    );
    return rows.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async partitionCount(transaction: Transaction, topic: string): Promise<number> {
    const { rows } = await transaction.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM stream_partition WHERE topic = $1',
      [topic],
    );
    const count = rows[0]?.count ?? 0;
    if (count > 0) return count;
    throw new SwitchyardError(`There is no topic ${topic}`, {
      code: 'SWY_STREAM_TOPIC_MISSING',
      remedy: 'Create it first (ensureTopics).',
    });
  }
}

/** In the order of partitions, so that two publishers never wait for each other in a circle. */
function groupByPartition(records: readonly NewRecord[], count: number): [number, NewRecord[]][] {
  const groups = new Map<number, NewRecord[]>();
  for (const record of records) {
    const partition = createHash('md5').update(record.key).digest().readUInt32BE() % count;
    const group = groups.get(partition);
    if (group === undefined) groups.set(partition, [record]);
    else group.push(record);
  }
  return [...groups].sort(([left], [right]) => left - right);
}

/** The partition's row is locked until the commit, so offsets become visible in order and without gaps. */
async function append(transaction: Transaction, topic: string, partition: number, records: NewRecord[]): Promise<void> {
  const { rows } = await transaction.query<{ first: string }>(
    `UPDATE stream_partition SET next_offset = next_offset + $3
     WHERE topic = $1 AND partition_no = $2 RETURNING next_offset - $3 AS first`,
    [topic, partition, records.length],
  );
  await transaction.query(
    `INSERT INTO stream_record (topic, partition_no, record_offset, appended_at, key, value, headers)
     SELECT $1, $2, $3::bigint + place - 1, clock_timestamp(), key, value, headers
     FROM unnest($4::bytea[], $5::bytea[], $6::text[]) WITH ORDINALITY AS given(key, value, headers, place)`,
    [
      topic,
      partition,
      rows[0]?.first,
      records.map(({ key }) => Buffer.from(key)),
      records.map(({ value }) => value),
      records.map(({ headers }) => JSON.stringify(headers ?? {})),
    ],
  );
}
