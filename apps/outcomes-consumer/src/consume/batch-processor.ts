import type { BatchResult, RecordBatch, StreamRecord } from '@switchyard/event-stream';
import type { Clock } from '@switchyard/primitives';
import type { Logger } from '@switchyard/telemetry';
import type { OutcomeLedger } from '../ledger/outcome-ledger';
import type { RecordPlace } from './bucket-reader';
import { readChunk } from './chunk';
import type { CustomProject, ReadChunk, RecordReading } from './chunk';
import {
  chunkRecords,
  chunkSeconds,
  deadLettersTotal,
  duplicatesTotal,
  durableAgeSeconds,
  fenceConflictsTotal,
  lagRecords,
  recordsTotal,
} from './consume.metrics';
import { addToHistory, NO_FAULTS } from './dead-letter-limit';
import type { DeadLetterLimits, FaultHistory } from './dead-letter-limit';
import { isInfrastructureError } from './infrastructure-error';

/** What a {@link BatchProcessor} needs. */
export interface BatchProcessorOptions {
  /** Name in metrics. */
  readonly consumer: string;
  /** Cluster, topic and epoch of the partitions, by the topic's physical name. */
  readonly sourceOf: (topic: string) => string;
  readonly read: (record: StreamRecord, place: RecordPlace) => RecordReading;
  readonly chunkRecordsMax: number;
  readonly limits: DeadLetterLimits;
  readonly gapPolicy: 'stop' | 'continue';
  /** After a chunk is durable; never throws. */
  readonly afterChunk?: (projects: readonly CustomProject[]) => Promise<void>;
  /** Told of a programming error; the process must end. */
  readonly onBug: (error: unknown) => void;
  /** Whether reading must wait because what was read is not published. */
  readonly isHeldBack?: () => boolean;
}

const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 5_000;
const HELD_BACK_MS = 1_000;

/**
 * Works batches of one group into the ledger.
 *
 * The stored position decides what is new; the stream's own position is a hint. What one record holds never stops it: such a record
 * becomes a dead letter in the transaction of its neighbours, until there are so many that the fault is probably ours.
 */
export class BatchProcessor {
  private readonly histories = new Map<string, FaultHistory>();
  private readonly failures = new Map<string, number>();
  /** When something was last made durable, or found to be so. */
  progressAt: number;

  constructor(
    private readonly ledger: OutcomeLedger,
    private readonly options: BatchProcessorOptions,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.progressAt = clock.now();
  }

  /** Never throws, but for a group that has changed. */
  readonly process = async (batch: RecordBatch): Promise<BatchResult> => {
    if (this.options.isHeldBack?.()) return { kind: 'pause', forMs: HELD_BACK_MS };
    const name = `${batch.topic}/${batch.partition}`;
    try {
      const result = await this.work(batch);
      this.failures.delete(name);
      this.progressAt = this.clock.now();
      return result;
    } catch (error) {
      if ((error as Error).name === 'GroupChangedError') throw error;
      if (isInfrastructureError(error)) return this.retryLater(name, error);
      this.logger.error({ error, topic: batch.topic, partition: batch.partition }, 'usage_batch.broken');
      this.options.onBug(error);
      return { kind: 'fail', reason: 'a programming error' };
    }
  };

  private retryLater(name: string, error: unknown): BatchResult {
    const failures = this.failures.get(name) ?? 0;
    this.failures.set(name, failures + 1);
    this.logger.warn({ error, partition: name, failures }, 'usage_batch.postponed');
    return { kind: 'pause', forMs: Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** failures) };
  }

  private async work(batch: RecordBatch): Promise<BatchResult> {
    const [first] = batch.records;
    if (first === undefined) return { kind: 'done', nextOffset: batch.highWatermark };
    const source = this.options.sourceOf(batch.topic);
    let position = await this.ledger.position(source, batch.partition, first.offset);
    const records = batch.records.filter(({ offset }) => offset >= position);
    this.countSkipped(batch.records.length - records.length);
    const [next] = records;
    if (next === undefined) return { kind: 'seek', offset: position };
    if (next.offset > position) {
      const gap = await this.bridgeGap(batch, source, position, next.offset);
      if (gap !== undefined) return gap;
      position = next.offset;
    }
    for (let start = 0; start < records.length; start += this.options.chunkRecordsMax) {
      if (!batch.isWanted()) break;
      const chunk = records.slice(start, start + this.options.chunkRecordsMax);
      const result = await this.applyChunk(batch, source, position, chunk);
      if (typeof result !== 'bigint') return result;
      position = result;
      await batch.heartbeat();
    }
    return { kind: 'done', nextOffset: position };
  }

  private async applyChunk(
    batch: RecordBatch,
    source: string,
    position: bigint,
    records: readonly StreamRecord[],
  ): Promise<bigint | BatchResult> {
    const { partition } = batch;
    const chunk = readChunk(records, (record) => this.options.read(record, { source, partition }));
    const name = `${source}/${partition}`;
    const { history, broken } = addToHistory(this.histories.get(name) ?? NO_FAULTS, chunk.faults, this.options.limits);
    if (broken !== undefined) {
      this.logger.error({ source, partition, position: String(position), broken }, 'dead_letters.limit_reached');
      return { kind: 'fail', reason: `too many faulty records in ${name} (${broken})` };
    }
    const nextOffset = (records.at(-1)?.offset ?? position) + 1n;
    const began = this.clock.monotonic();
    const result = await this.ledger.apply({ source, partition, expectedOffset: position, nextOffset }, chunk.effect);
    if (result.kind === 'fenced') {
      fenceConflictsTotal.inc({ consumer: this.options.consumer });
      this.histories.delete(name);
      return { kind: 'seek', offset: await this.ledger.position(source, partition, position) };
    }
    this.histories.set(name, history);
    chunkSeconds.observe({ consumer: this.options.consumer }, (this.clock.monotonic() - began) / 1000);
    this.count(chunk, result.duplicates, records);
    lagRecords.set(
      { consumer: this.options.consumer, partition: String(partition) },
      Number(batch.highWatermark - nextOffset),
    );
    await this.options.afterChunk?.(chunk.customProjects);
    return nextOffset;
  }

  /** Records that are gone before they were read. */
  private async bridgeGap(
    batch: RecordBatch,
    source: string,
    position: bigint,
    first: bigint,
  ): Promise<BatchResult | undefined> {
    // Read on from the stored position first: the stream may only have started elsewhere.
    const start = batch.records[0]?.offset;
    if (start === first && !this.soughtFrom.has(`${source}/${batch.partition}/${position}`)) {
      this.soughtFrom.add(`${source}/${batch.partition}/${position}`);
      return { kind: 'seek', offset: position };
    }
    const details = { source, partition: batch.partition, missing: String(first - position) };
    this.logger.error(details, 'usage_records.missing');
    if (this.options.gapPolicy === 'stop')
      return { kind: 'fail', reason: `offset_gap in ${source}/${batch.partition}` };
    const nothing = { entries: [], deadLetters: [] };
    const place = { source, partition: batch.partition, expectedOffset: position, nextOffset: first };
    const { kind } = await this.ledger.apply(place, nothing);
    return kind === 'fenced'
      ? { kind: 'seek', offset: await this.ledger.position(source, batch.partition, first) }
      : undefined;
  }

  private readonly soughtFrom = new Set<string>();

  private countSkipped(count: number): void {
    if (count > 0) duplicatesTotal.inc({ consumer: this.options.consumer, by: 'offset' }, count);
  }

  private count(chunk: ReadChunk, duplicates: number, records: readonly StreamRecord[]): void {
    const { consumer } = this.options;
    for (const [result, count] of Object.entries(chunk.counts))
      if (count > 0) recordsTotal.inc({ consumer, result }, count);
    for (const { code } of chunk.effect.deadLetters) deadLettersTotal.inc({ consumer, code });
    if (duplicates > 0) duplicatesTotal.inc({ consumer, by: 'ledger' }, duplicates);
    chunkRecords.observe({ consumer }, records.length);
    const newest = records.at(-1)?.timestampMs;
    if (newest !== undefined) durableAgeSeconds.observe({ consumer }, Math.max(0, this.clock.now() - newest) / 1000);
  }
}
