import type { Pool } from '@switchyard/database';

/** Resolves when at least `count` statements of the app wait for a lock; asks the database, does not sleep here. */
export async function waitForLockWaits(pool: Pool, count: number): Promise<readonly number[]> {
  for (let look = 0; look < 500; look++) {
    const { rows } = await pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name LIKE 'region-silo%'`,
    );
    if (rows.length >= count) return rows.map(({ pid }) => pid);
    await pool.query('SELECT pg_sleep(0.01)');
  }
  throw new Error(`${count} statements never waited for a lock`);
}

/** Keeps every writer of a table waiting until the returned function is called. */
export async function holdTable(pool: Pool, table: 'repository' | 'webhook_delivery'): Promise<() => Promise<void>> {
  const client = await pool.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  return async () => {
    await client.query('COMMIT');
    client.release();
  };
}
