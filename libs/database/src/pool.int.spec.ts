import { createPool, inTransaction } from './pool';
import { defineMigrations } from './migrations/migration';
import { temporaryDatabase } from './testing';
import type { TemporaryDatabase } from './testing';

const migrations = defineMigrations('pool-spec', [
  {
    name: '0001_counters',
    sql: 'CREATE TABLE counters (id bigint PRIMARY KEY, value int NOT NULL CHECK (value < 10))',
  },
]);

describe('inTransaction', () => {
  let database: TemporaryDatabase;
  beforeAll(async () => {
    database = await temporaryDatabase(migrations);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.pool.query('TRUNCATE counters'));

  const values = async () => (await database.pool.query('SELECT id, value FROM counters ORDER BY id')).rows;

  it('keeps everything when the work succeeds; 64-bit integers come back as text', async () => {
    const result = await inTransaction(database.pool, async (transaction) => {
      await transaction.query('INSERT INTO counters VALUES ($1, 1)', ['9007199254740993']);
      return 'done';
    });
    expect(result).toBe('done');
    expect(await values()).toEqual([{ id: '9007199254740993', value: 1 }]);
  });

  it('keeps nothing when the work throws, and gives the connection back in order', async () => {
    const single = createPool({ url: database.url, max: 1, applicationName: 'single' });
    const failing = inTransaction(single, async (transaction) => {
      await transaction.query('INSERT INTO counters VALUES (1, 1)');
      await transaction.query('INSERT INTO counters VALUES (2, 99)');
    });
    await expect(failing).rejects.toMatchObject({ code: '23514' });
    expect((await single.query('SELECT count(*)::int AS count FROM counters')).rows).toEqual([{ count: 0 }]);
    await single.end();
  });

  it('throws when a failed statement was swallowed, because nothing was kept', async () => {
    const swallowing = inTransaction(database.pool, async (transaction) => {
      await transaction.query('INSERT INTO counters VALUES (1, 1)');
      await transaction.query('INSERT INTO counters VALUES (2, 99)').catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('rolled back');
    expect(await values()).toEqual([]);
  });

  it('survives connections that the server ends, idle or in a transaction', async () => {
    const errors: Error[] = [];
    const pool = createPool({
      url: database.url,
      max: 2,
      applicationName: 'victim',
      onError: (error) => errors.push(error),
    });
    const endAll = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'`;
    await pool.query('SELECT 1');
    const reported = new Promise<void>((resolve) => pool.once('error', () => resolve()));
    await database.pool.query(endAll);
    await reported;
    const cut = inTransaction(pool, async (transaction) => {
      await transaction.query('INSERT INTO counters VALUES (1, 1)');
      await database.pool.query(endAll);
      await transaction.query('INSERT INTO counters VALUES (2, 1)');
    });
    await expect(cut).rejects.toThrow();
    expect((await pool.query('SELECT count(*)::int AS count FROM counters')).rows).toEqual([{ count: 0 }]);
    expect(errors.length).toBeGreaterThan(0);
    await pool.end();
  });

  it('copies the template for a second database, which has data of its own', async () => {
    const other = await temporaryDatabase(migrations);
    await other.pool.query('INSERT INTO counters VALUES (1, 1)');
    expect(await values()).toEqual([]);
    await other.drop();
  });
});
