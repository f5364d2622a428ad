import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import { GroupChangedError } from '../../event-stream';
import type { BatchResult, ConsumeOptions, RecordBatch, RunningConsumer, StreamRecord } from '../../event-stream';

const COMMIT_EVERY_MS = 1_000;

/**
 * Runs one kafkajs consumer.
 *
 * Nothing is committed but what a handler has called done, and that only once per second: whoever must not count twice keeps the
 * position itself. No error of a handler reaches kafkajs, which would take a TypeError for the end of the world and everything
 * else for a reason to try again for ever.
 */
export class KafkaRunningConsumer implements RunningConsumer {
  private readonly uncommitted = new Map<string, { topic: string; partition: number; next: bigint }>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private commits: NodeJS.Timeout | undefined;
  private hasJoined = false;
  private hasFailed = false;
  private isStopping = false;

  constructor(
    private readonly consumer: Consumer,
    private readonly options: ConsumeOptions,
  ) {}

  async start(): Promise<void> {
    const { consumer, options } = this;
    consumer.on(consumer.events.GROUP_JOIN, () => {
      this.hasJoined = true;
      this.uncommitted.clear();
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.fail(payload.error.message);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: options.concurrency,
      eachBatch: (payload) => this.track(this.handle(payload)),
    });
    this.commits = setInterval(() => void this.commit(), COMMIT_EVERY_MS);
    this.commits.unref();
  }

  isJoined(): boolean {
    return this.hasJoined && !this.hasFailed;
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.commits);
    for (const timer of this.timers) clearTimeout(timer);
    // Before stopping: a consumer that has stopped has left its group and can commit nothing.
    await Promise.all(this.running);
    await this.commit();
    await this.consumer.stop();
    await this.consumer.disconnect();
  }

  private async track(handling: Promise<void>): Promise<void> {
    const settled = handling.catch(() => undefined);
    this.running.add(settled);
    await settled;
    this.running.delete(settled);
    return handling;
  }

  private async handle(payload: EachBatchPayload): Promise<void> {
    if (this.hasFailed || this.isStopping) return;
    const batch = this.batchOf(payload);
    try {
      this.move(await this.options.handler(batch), payload);
    } catch (error) {
      if (error instanceof GroupChangedError) throw error.cause;
      this.fail(error instanceof Error ? error.message : String(error));
      this.hold(batch);
    }
    if (!this.hasFailed) await payload.heartbeat();
  }

  private move(result: BatchResult, { batch, resolveOffset }: EachBatchPayload): void {
    const { topic, partition } = batch;
    switch (result.kind) {
      case 'done':
        resolveOffset(String(result.nextOffset - 1n));
        this.uncommitted.set(`${topic}/${partition}`, { topic, partition, next: result.nextOffset });
        return;
      case 'seek':
        this.consumer.seek({ topic, partition, offset: String(result.offset) });
        return;
      case 'pause':
        this.hold({ topic, partition });
        this.later(result.forMs, () => this.consumer.resume([{ topic, partitions: [partition] }]));
        return;
      case 'fail':
        this.hold({ topic, partition });
        this.fail(result.reason);
    }
  }

  private hold({ topic, partition }: { topic: string; partition: number }): void {
    this.consumer.pause([{ topic, partitions: [partition] }]);
  }

  private later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.isStopping) work();
    }, ms);
    timer.unref();
    this.timers.add(timer);
  }

  private fail(reason: string): void {
    if (this.hasFailed || this.isStopping) return;
    this.hasFailed = true;
    this.options.onFailure(reason);
  }

  /** The offset that is committed is the next one to read, as it is. A group that changes meanwhile commits later. */
  private async commit(): Promise<void> {
    if (this.uncommitted.size === 0) return;
    const positions = [...this.uncommitted.values()];
    this.uncommitted.clear();
    const offsets = positions.map(({ topic, partition, next }) => ({ topic, partition, offset: String(next) }));
    await this.consumer.commitOffsets(offsets).catch(() => undefined);
  }

  private batchOf({ batch, heartbeat, isRunning, isStale }: EachBatchPayload): RecordBatch {
    return {
      topic: batch.topic,
      partition: batch.partition,
      records: batch.messages.map(recordOf),
      highWatermark: BigInt(batch.highWatermark),
      isWanted: () => isRunning() && !isStale() && !this.isStopping && !this.hasFailed,
      heartbeat: async () => {
        try {
          await heartbeat();
        } catch (error) {
          throw new GroupChangedError('the group has changed', { cause: error });
        }
      },
    };
  }
}

function recordOf({ offset, timestamp, key, value, headers }: KafkaMessage): StreamRecord {
  const texts = Object.entries(headers ?? {}).flatMap(([name, header]) => {
    const first = Array.isArray(header) ? header[0] : header;
    return first === undefined ? [] : [[name, first.toString()] as const];
  });
  return { offset: BigInt(offset), timestampMs: Number(timestamp), key, value, headers: Object.fromEntries(texts) };
}
