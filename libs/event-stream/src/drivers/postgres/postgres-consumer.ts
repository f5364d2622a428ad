import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from '@switchyard/database';
import { GroupChangedError } from '../../event-stream';
import type { BatchResult, ConsumeOptions, RecordBatch, RunningConsumer, StreamRecord } from '../../event-stream';

/** An idle partition is looked at this often; it is the latency of the embedded default. */
const IDLE_MS = 100;
const HEARTBEAT_MS = 1_000;
/** A member that was silent for so long is gone; far above a heartbeat, so that a slow one is not. */
const MEMBER_TTL_SECONDS = 10;
const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 8 * 1024 * 1024;

interface Partition {
  readonly topic: string;
  readonly partition: number;
}

interface RecordRow {
  readonly offset: string;
  readonly appendedAt: Date;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: string;
}

/** Reads the partitions that fall to one member of a group. */
export class PostgresRunningConsumer implements RunningConsumer {
  private readonly memberId = randomUUID();
  private readonly stopping = new AbortController();
  private readonly loops = new Map<string, Promise<void>>();
  private owned = new Set<string>();
  private hasFailed = false;
  private hasJoined = false;
  private heart: Promise<void> = Promise.resolve();
  private free: number;
  private readonly queue: (() => void)[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly options: ConsumeOptions,
  ) {
    this.free = options.concurrency;
  }

  async start(): Promise<void> {
    await this.beat();
    this.heart = this.keepBeating();
  }

  isJoined(): boolean {
    return this.hasJoined && !this.hasFailed;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.heart;
    await Promise.all(this.loops.values());
    await this.pool
      .query('DELETE FROM stream_member WHERE consumer_group = $1 AND member_id = $2', [
        this.options.group,
        this.memberId,
      ])
      .catch(() => undefined);
  }

  private async keepBeating(): Promise<void> {
    while (!this.isOver) {
      await this.pause(HEARTBEAT_MS);
      if (!this.isOver) await this.beat().catch(() => (this.hasJoined = false));
    }
  }

  /** Says that this member lives, and finds out which partitions are its own: the nth of each n falls to the nth member. */
  private async beat(): Promise<void> {
    const { group, topics } = this.options;
    await this.pool.query(
      `INSERT INTO stream_member (consumer_group, member_id, seen_at) VALUES ($1, $2, clock_timestamp())
       ON CONFLICT (consumer_group, member_id) DO UPDATE SET seen_at = clock_timestamp()`,
      [group, this.memberId],
    );
    const { rows } = await this.pool.query<Partition>(
      `WITH member AS (
         SELECT member_id, row_number() OVER (ORDER BY member_id) - 1 AS place, count(*) OVER () AS members
         FROM stream_member
         WHERE consumer_group = $1 AND seen_at > clock_timestamp() - make_interval(secs => $4)
       ), share AS (
         SELECT topic, partition_no, row_number() OVER (ORDER BY topic, partition_no) - 1 AS place
         FROM stream_partition WHERE topic = ANY ($3)
       )
       SELECT topic, partition_no AS partition FROM share JOIN member ON share.place % members = member.place
       WHERE member_id = $2`,
      [group, this.memberId, topics, MEMBER_TTL_SECONDS],
    );
    this.owned = new Set(rows.map(nameOf));
    this.hasJoined = true;
    for (const partition of rows) this.ensureLoop(partition);
  }

  private ensureLoop(partition: Partition): void {
    const name = nameOf(partition);
    if (this.isOver || this.loops.has(name)) return;
    const loop = this.run(partition)
      .catch((error: unknown) => this.fail(String(error)))
      .finally(() => this.loops.delete(name));
    this.loops.set(name, loop);
  }

  private async run(partition: Partition): Promise<void> {
    let position: bigint | undefined;
    while (this.isMine(partition)) {
      let result: BatchResult | 'idle' | 'lost';
      try {
        position ??= await this.loadPosition(partition);
        result = await this.handleNext(partition, position);
      } catch {
        // The database is away: the handler has had its say already, so this is about the stream's own tables.
        await this.pause(HEARTBEAT_MS);
        continue;
      }
      if (result === 'lost') return;
      if (result === 'idle') await this.pause(IDLE_MS);
      else if (result.kind === 'done') await this.keepPosition(partition, (position = result.nextOffset));
      else if (result.kind === 'seek') position = result.offset;
      else if (result.kind === 'pause') await this.pause(result.forMs);
      else this.fail(result.reason);
    }
  }

  private async handleNext(partition: Partition, position: bigint): Promise<BatchResult | 'idle' | 'lost'> {
    const batch = await this.fetch(partition, position);
    if (batch === undefined) return 'idle';
    await this.takeTurn();
    try {
      return this.isMine(partition) ? await this.options.handler(batch) : 'lost';
    } catch (error) {
      if (error instanceof GroupChangedError) return 'lost';
      return { kind: 'fail', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      this.giveTurn();
    }
  }

  private async fetch({ topic, partition }: Partition, from: bigint): Promise<RecordBatch | undefined> {
    const { rows } = await this.pool.query<RecordRow & { high: string }>(
      `SELECT record_offset AS offset, appended_at AS "appendedAt", key, value, headers, high FROM (
         SELECT record.*, partition.next_offset AS high,
           sum(length(coalesce(value, ''))) OVER (ORDER BY record_offset) - length(coalesce(value, '')) AS before
         FROM (SELECT * FROM stream_record
               WHERE topic = $1 AND partition_no = $2 AND record_offset >= $3 ORDER BY record_offset LIMIT $4) AS record
         JOIN stream_partition AS partition USING (topic, partition_no)) AS sized
       WHERE before < $5 ORDER BY record_offset`,
      [topic, partition, from, BATCH_RECORDS, BATCH_BYTES],
    );
    const [first] = rows;
    if (first === undefined) return undefined;
    const isWanted = (): boolean => this.isMine({ topic, partition });
    return {
      topic,
      partition,
      records: rows.map(recordOf),
      highWatermark: BigInt(first.high),
      isWanted,
      heartbeat: () =>
        isWanted() ? Promise.resolve() : Promise.reject(new GroupChangedError('the partition has another reader')),
    };
  }

  private async loadPosition({ topic, partition }: Partition): Promise<bigint> {
    const { rows } = await this.pool.query<{ position: string }>(
      `SELECT greatest(low_offset, coalesce(position.next_offset, 0)) AS position
       FROM stream_partition LEFT JOIN stream_position AS position
         ON position.consumer_group = $1 AND position.topic = stream_partition.topic
        AND position.partition_no = stream_partition.partition_no
       WHERE stream_partition.topic = $2 AND stream_partition.partition_no = $3`,
      [this.options.group, topic, partition],
    );
    return BigInt(rows[0]?.position ?? 0);
  }

  /** A hint: when it fails, some records come again. */
  private async keepPosition({ topic, partition }: Partition, next: bigint): Promise<void> {
    await this.pool
      .query(
        `INSERT INTO stream_position VALUES ($1, $2, $3, $4)
         ON CONFLICT (consumer_group, topic, partition_no) DO UPDATE SET next_offset = excluded.next_offset`,
        [this.options.group, topic, partition, next],
      )
      .catch(() => undefined);
  }

  private isMine(partition: Partition): boolean {
    return !this.isOver && this.owned.has(nameOf(partition));
  }

  private get isOver(): boolean {
    return this.stopping.signal.aborted || this.hasFailed;
  }

  private fail(reason: string): void {
    if (this.isOver) return;
    this.hasFailed = true;
    this.options.onFailure(reason);
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }

  private async takeTurn(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.queue.push(resolve));
  }

  private giveTurn(): void {
    const next = this.queue.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

const nameOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

const recordOf = ({ offset, appendedAt, key, value, headers }: RecordRow): StreamRecord => ({
  offset: BigInt(offset),
  timestampMs: appendedAt.getTime(),
  key,
  value,
  headers: JSON.parse(headers) as Record<string, string>,
});
