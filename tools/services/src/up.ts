import { environment } from '@switchyard/config';
import { join } from 'node:path';
import { startMailCatcher } from './mail/mail-catcher';
import { startKafka } from './kafka/start-kafka';
import { startPostgres } from './postgres/start-postgres';
import { startRedis } from './redis';

/** Which servers to start. */
export interface UpOptions {
  readonly postgres: boolean;
  readonly redis: boolean;
  readonly kafka: boolean;
  readonly mail: boolean;
  /** Keeps the database; without it, it is temporary. */
  readonly dataDir?: string | undefined;
}

/** Where the servers are; what was not asked for is absent. */
export interface UpAddresses {
  postgresUrl?: string;
  redisUrl?: string;
  /** Why there is no Redis although it was asked for. */
  redisSkip?: string;
  kafkaBrokers?: string;
  /** Why there is no Kafka although it was asked for. */
  kafkaSkip?: string;
  smtpUrl?: string;
  mailPage?: string;
}

/** Starts the servers side by side; `stop` stops them. */
export async function up(options: UpOptions): Promise<{ addresses: UpAddresses; stop(): Promise<void> }> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(stops.splice(0).map((each) => each()));
  };
  const addresses: UpAddresses = {};
  const starts = [
    options.postgres ? upPostgres(options, addresses, stops) : undefined,
    options.redis ? upRedis(addresses, stops) : undefined,
    options.kafka ? upKafka(addresses, stops) : undefined,
    options.mail ? upMail(addresses, stops) : undefined,
  ];
  const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
  if (failed === undefined) return { addresses, stop };
  await stop();
  throw failed.reason;
}

async function upPostgres(
  { dataDir }: UpOptions,
  addresses: UpAddresses,
  stops: (() => Promise<void>)[],
): Promise<void> {
  const given = environment()['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    addresses.postgresUrl = given;
    return;
  }
  const server = await startPostgres(dataDir === undefined ? { persistent: false } : { persistent: true, dataDir });
  stops.push(() => server.stop());
  addresses.postgresUrl = server.adminUrl;
}

async function upRedis(addresses: UpAddresses, stops: (() => Promise<void>)[]): Promise<void> {
  const redis = await startRedis({ notice: (text) => process.stderr.write(`${text}\n`) });
  if (redis.kind === 'unavailable') {
    addresses.redisSkip = redis.reason;
    return;
  }
  stops.push(() => redis.stop());
  addresses.redisUrl = redis.url;
}

async function upKafka(addresses: UpAddresses, stops: (() => Promise<void>)[]): Promise<void> {
  const kafka = await startKafka(join('node_modules', '.cache', 'switchyard'));
  if (kafka.kind === 'unavailable') {
    addresses.kafkaSkip = kafka.reason;
    return;
  }
  stops.push(() => kafka.stop());
  addresses.kafkaBrokers = kafka.brokers;
}

async function upMail(addresses: UpAddresses, stops: (() => Promise<void>)[]): Promise<void> {
  const catcher = await startMailCatcher();
  stops.push(() => catcher.stop());
  addresses.smtpUrl = catcher.smtpUrl;
  addresses.mailPage = catcher.pageUrl;
}
