import { Pool as PgPool } from 'pg';
import type { Pool, PoolClient } from 'pg';

/** DI token of the process's connection {@link Pool}. */
export const PG_POOL = Symbol('PG_POOL');

export type { Pool } from 'pg';

/** A connection inside `BEGIN`; what it does is kept or undone as one. */
export type Transaction = PoolClient;

/** Whatever runs SQL: the pool, a connection or a transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;

/** Past this the database counts as unreachable; a caller of an edge must hear of it before the provider gives up. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Short enough to give connections back after a burst, long enough to keep them between two. */
const IDLE_TIMEOUT_MS = 30_000;

/** How to reach the database. */
export interface PoolOptions {
  readonly url: string;
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Told about connections that broke while nobody waited for them; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/** Opens a pool. 64-bit integers come back as strings, as pg does by default. */
export function createPool(options: PoolOptions): Pool {
  const report = options.onError ?? (() => undefined);
  const pool = new PgPool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    keepAlive: true,
  });
  pool.on('error', report);
  // A connection that breaks while it is checked out and idle reports on itself, and would end the process unheard.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Runs `work` in one transaction: commits what it resolves to, rolls back when it throws.
 *
 * @throws what `work` throws, and an Error when PostgreSQL had aborted the transaction although `work` resolved
 */
export async function inTransaction<Result>(
  pool: Pool,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed');
    return result;
  } catch (error) {
    broken = await rollBack(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Resolves to the reason why the connection must not be used again. */
async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
