/** DI token of the process's {@link EventStream}. */
export const EVENT_STREAM = Symbol('EVENT_STREAM');

/** A record to be appended. */
export interface NewRecord {
  /** Decides the partition; a record without one could change its partition when sending is tried again. */
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A record as it was appended. */
export interface StreamRecord {
  readonly offset: bigint;
  /** When the broker, or the database, appended it. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Consecutive records of one partition. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StreamRecord[];
  /** Offset of the next record to be appended, as far as is known. */
  readonly highWatermark: bigint;
  /** False once the consumer stops or has lost the partition: leave after the piece of work at hand. */
  isWanted(): boolean;
  /** To be called during long work; throws {@link GroupChangedError} when the partition belongs to somebody else. */
  heartbeat(): Promise<void>;
}

/** What a handler made of a batch. */
export type BatchResult =
  /** Everything below `nextOffset` has its effect. */
  | { readonly kind: 'done'; readonly nextOffset: bigint }
  /** Go on from there: the reader's own position says so. */
  | { readonly kind: 'seek'; readonly offset: bigint }
  /** Nothing was done; give the same records again after a while. */
  | { readonly kind: 'pause'; readonly forMs: number }
  /** Nobody can go on: reading ends until a person has acted. */
  | { readonly kind: 'fail'; readonly reason: string };

/** Works through one batch. Batches of one partition come one after another. */
export type BatchHandler = (batch: RecordBatch) => Promise<BatchResult>;

/** How to read. */
export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly handler: BatchHandler;
  /** Partitions handled at once. */
  readonly concurrency: number;
  /** Told once when reading has ended by itself. */
  readonly onFailure: (reason: string) => void;
}

/** A consumer that reads. */
export interface RunningConsumer {
  /** Whether it has partitions, or knows that there are none for it. */
  isJoined(): boolean;
  /** Lets running handlers finish, commits and leaves the group. */
  stop(): Promise<void>;
}

/** What a partition holds: offsets from `low` up to, and without, `high`. */
export interface Watermarks {
  readonly partition: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** A topic that must exist. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
}

/** Partitioned, replayable streams of records. */
export interface EventStream {
  readonly kind: 'kafka' | 'postgres';
  /** Makes the topics that are missing; leaves the others as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves when every record is durable; when it rejects, any of them may be. */
  publish(topic: string, records: readonly NewRecord[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<RunningConsumer>;
  watermarks(topic: string): Promise<readonly Watermarks[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The group has shared its partitions out anew; drivers understand it and come back with another batch. */
export class GroupChangedError extends Error {
  override readonly name = 'GroupChangedError';
}
