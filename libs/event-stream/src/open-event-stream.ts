import type { KafkaStreamOptions } from './drivers/kafka/kafka-stream';
import { openPostgresStream } from './drivers/postgres/postgres-stream';
import type { EventStream } from './event-stream';
import { RoutedStream } from './routed-stream';

/** What {@link openEventStream} needs. */
export interface EventStreamOptions {
  /** Kafka if there are any. */
  readonly kafkaBrokers?: readonly string[] | undefined;
  /** Topics of other Kafka clusters, with their brokers; only where there is Kafka at all. */
  readonly topicBrokers?: ReadonlyMap<string, readonly string[]> | undefined;
  /** PostgreSQL otherwise; `eventStreamMigrations` have been applied. */
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly clientId: string;
  /** Kafka only; 30 s by default. */
  readonly sessionTimeoutMs?: number | undefined;
  readonly onError?: (error: Error) => void;
}

/** Opens the driver that the settings name. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { kafkaBrokers = [], topicBrokers, databaseUrl: url, poolMax, clientId, sessionTimeoutMs, onError } = options;
  if (kafkaBrokers.length > 0) {
    if (topicBrokers === undefined || topicBrokers.size === 0)
      return openKafkaStream({ brokers: kafkaBrokers, clientId, sessionTimeoutMs });
    // The brokers' names are the cluster's: two topics with the same brokers share its connections.
    return new RoutedStream(
      'kafka',
      (cluster) => openKafkaStream({ brokers: cluster.split(','), clientId, sessionTimeoutMs }),
      (topic) => (topicBrokers.get(topic) ?? kafkaBrokers).join(','),
    );
  }
  return openPostgresStream({ url, poolMax, ...(onError === undefined ? {} : { onError }) });
}

/** Loaded where there is Kafka only: its client and codecs are some 8 MB. */
function openKafkaStream(options: KafkaStreamOptions): EventStream {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make every caller wait
  const driver = require('./drivers/kafka/kafka-stream') as typeof import('./drivers/kafka/kafka-stream');
  return driver.openKafkaStream(options);
}
