import { createPostgresBackend, createRedisBackend, runMigrations, setDefaultBackendFactory } from 'bullmq';
import type { BackendFactory, ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { SwitchyardError } from '@switchyard/primitives';

/** Where BullMQ keeps its jobs, and what this process needs to reach it. */
export interface QueueStore {
  readonly kind: 'redis' | 'postgres';
  /** Given to every BullMQ object as `connection`. */
  readonly connection: ConnectionOptions;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  /** To be called when every queue and worker is closed. */
  close(): Promise<void>;
}

/** What {@link openQueueStore} needs. */
export interface QueueStoreOptions {
  /** Redis if set. */
  readonly redisUrl?: string | undefined;
  /** PostgreSQL otherwise. */
  readonly databaseUrl: string;
  /** Connections for queries on PostgreSQL, shared by all queues of the process. */
  readonly poolMax: number;
  /** Told about lost connections, which are replaced. */
  readonly onError?: (error: Error) => void;
}

/** Each worker keeps one connection of the pool to LISTEN on; an app has a handful of workers. */
const LISTENING_MAX = 8;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens Redis, or PostgreSQL after BullMQ's own migrations (under its advisory lock, so by one process at a time).
 *
 * @throws SwitchyardError `SWY_QUEUE_UNREACHABLE`
 */
export async function openQueueStore(options: QueueStoreOptions): Promise<QueueStore> {
  setDefaultBackendFactory(eitherBackend);
  const report = options.onError ?? (() => undefined);
  const { redisUrl } = options;
  const store = redisUrl ? openRedis(redisUrl, report) : openPostgres(options, report);
  try {
    await store.ping();
    if (store.pool !== undefined) await migrate(store.pool);
    return store;
  } catch (error) {
    await store.close().catch(() => undefined);
    throw new SwitchyardError(`The job queues cannot use ${redisUrl ? 'Redis' : 'PostgreSQL'}: ${messageOf(error)}`, {
      code: 'SWY_QUEUE_UNREACHABLE',
      remedy: redisUrl ? 'Check REDIS_URL, or unset it to keep jobs in PostgreSQL.' : 'Check DATABASE_URL.',
      cause: error,
    });
  }
}

type OpenedStore = QueueStore & { readonly pool?: Pool };

function openRedis(url: string, report: (error: Error) => void): OpenedStore {
  // A connection of its own for pings; BullMQ makes one per queue and two per worker from the options.
  const client = new Redis(url, { lazyConnect: true, enableOfflineQueue: false, connectTimeout: CONNECT_TIMEOUT_MS });
  client.on('error', report);
  return {
    kind: 'redis',
    connection: { url },
    async ping() {
      if (client.status === 'wait') await client.connect();
      await client.ping();
    },
    async close() {
      client.disconnect();
    },
  };
}

function openPostgres({ databaseUrl, poolMax }: QueueStoreOptions, report: (error: Error) => void): OpenedStore {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: poolMax + LISTENING_MAX,
    application_name: 'switchyard-queue',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    // BullMQ's statements name no schema.
    options: '-c search_path=bullmq',
  });
  pool.on('error', report);
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Every queue and worker listens for errors of the one pool.
  pool.setMaxListeners(0);
  return {
    kind: 'postgres',
    pool,
    connection: pool as unknown as ConnectionOptions,
    async ping() {
      await pool.query('SELECT 1');
    },
    close: () => pool.end(),
  };
}

async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** Both backends in one process: BullMQ's default is process-wide, the connection says which one is meant. */
const eitherBackend: BackendFactory = (name, options, role = {}) => {
  const connection: unknown = options.connection;
  if (connection instanceof Pool) return createPostgresBackend(name, { ...options, connection } as never, role);
  const isProducer = role.blocking !== true && role.withBlockingConnection !== true;
  return createRedisBackend(
    name,
    isProducer ? { ...options, connection: failingFast(options.connection) } : options,
    role,
  );
};

/** A producer hears of an outage at once, as on PostgreSQL; by default its promises would wait for Redis to come back. */
function failingFast(connection: ConnectionOptions): ConnectionOptions {
  return { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1 } as ConnectionOptions;
}

const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};
