import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import type { Admin, Producer } from 'kafkajs';
import { SwitchyardError } from '@switchyard/primitives';
import type {
  ConsumeOptions,
  EventStream,
  NewRecord,
  RunningConsumer,
  TopicSpec,
  Watermarks,
} from '../../event-stream';
import { missingCodecs, registerCodecs } from './codecs';
import { KafkaRunningConsumer } from './kafka-consumer';

/** What {@link openKafkaStream} needs. */
export interface KafkaStreamOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly sessionTimeoutMs?: number | undefined;
}

const SESSION_TIMEOUT_MS = 30_000;
const REBALANCE_TIMEOUT_MS = 60_000;
const HEARTBEAT_INTERVAL_MS = 3_000;
/** A record may have 10 MB; a partition that cannot be fetched whole would be stuck. */
const PARTITION_BYTES_MAX = 11 * 1024 * 1024;
const FETCH_WAIT_MS = 250;
/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM_RECORDS = 10;

/**
 * Opens Kafka.
 *
 * @throws SwitchyardError `SWY_STREAM_CODEC_MISSING`
 */
export function openKafkaStream({
  brokers,
  clientId,
  sessionTimeoutMs = SESSION_TIMEOUT_MS,
}: KafkaStreamOptions): EventStream {
  registerCodecs();
  const missing = missingCodecs();
  if (missing.length > 0) {
    throw new SwitchyardError(`Kafka batches in these forms cannot be read: ${missing.join(', ')}`, {
      code: 'SWY_STREAM_CODEC_MISSING',
      remedy: 'Install the packages of package-lock.json: npm ci.',
    });
  }
  const kafka = new Kafka({ clientId, brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 8 } });
  return new KafkaStream(kafka, sessionTimeoutMs);
}

class KafkaStream implements EventStream {
  readonly kind = 'kafka';
  private admin: Promise<Admin> | undefined;
  private producer: Promise<Producer> | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly sessionTimeoutMs: number,
  ) {}

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    const admin = await this.openAdmin();
    const present = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !present.has(name));
    if (missing.length === 0) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map(({ name, partitions }) => ({
        topic: name,
        numPartitions: partitions,
        configEntries: [
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
          { name: 'max.message.bytes', value: '10000000' },
          { name: 'retention.ms', value: String(7 * 86_400_000) },
        ],
      })),
    });
  }

  async publish(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    const producer = await this.openProducer();
    const isLarge = records.length >= COMPRESS_FROM_RECORDS;
    await producer.send({
      topic,
      acks: -1,
      compression: isLarge ? CompressionTypes.GZIP : CompressionTypes.None,
      messages: records.map(({ key, value, headers }) => ({
        key,
        value,
        ...(headers ? { headers: { ...headers } } : {}),
      })),
    });
  }

  async consume(options: ConsumeOptions): Promise<RunningConsumer> {
    const consumer = this.kafka.consumer({
      groupId: options.group,
      sessionTimeout: this.sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: Math.min(HEARTBEAT_INTERVAL_MS, this.sessionTimeoutMs / 3),
      maxBytesPerPartition: PARTITION_BYTES_MAX,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 20, initialRetryTime: 100, maxRetryTime: 5_000 },
    });
    const running = new KafkaRunningConsumer(consumer, options);
    await running.start();
    return running;
  }

  async watermarks(topic: string): Promise<readonly Watermarks[]> {
    const admin = await this.openAdmin();
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.map(({ partition, low, high }) => ({ partition, low: BigInt(low), high: BigInt(high) }));
  }

  async ping(): Promise<void> {
    const admin = await this.openAdmin();
    await admin.describeCluster();
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled([this.producer, this.admin]);
    for (const client of clients) if (client.status === 'fulfilled') await client.value?.disconnect();
  }

  private openAdmin(): Promise<Admin> {
    this.admin ??= connected(this.kafka.admin()).catch((error: unknown) => {
      this.admin = undefined;
      throw error;
    });
    return this.admin;
  }

  /** Idempotent: a retry of the client itself is appended once; what a restart repeats is for the receiver to notice. */
  private openProducer(): Promise<Producer> {
    const options = { idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 8 } };
    this.producer ??= connected(this.kafka.producer(options)).catch((error: unknown) => {
      this.producer = undefined;
      throw error;
    });
    return this.producer;
  }
}

async function connected<Client extends { connect(): Promise<void> }>(client: Client): Promise<Client> {
  await client.connect();
  return client;
}
