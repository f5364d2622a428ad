import { openKafkaStream } from './drivers/kafka/kafka-stream';
import { openPostgresStream } from './drivers/postgres/postgres-stream';
import type { EventStream } from './event-stream';

/** What {@link openEventStream} needs. */
export interface EventStreamOptions {
  /** Kafka if there are any. */
  readonly kafkaBrokers?: readonly string[] | undefined;
  /** PostgreSQL otherwise; `eventStreamMigrations` have been applied. */
  readonly databaseUrl: string;
  readonly poolMax: number;
  readonly clientId: string;
  readonly onError?: (error: Error) => void;
}

/** Opens the driver that the settings name. */
export function openEventStream(options: EventStreamOptions): EventStream {
  const { kafkaBrokers = [], databaseUrl: url, poolMax, clientId, onError } = options;
  if (kafkaBrokers.length > 0) return openKafkaStream({ brokers: kafkaBrokers, clientId });
  return openPostgresStream({ url, poolMax, ...(onError === undefined ? {} : { onError }) });
}
