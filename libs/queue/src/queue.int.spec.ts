import { Redis } from 'ioredis';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import { openQueueStore } from './queue-store';
import { describeQueue } from './testing';

/** As the apps' default. */
const poolMax = 10;

describeQueue('PostgreSQL', async () => {
  const database = await temporaryDatabase([]);
  const store = await openQueueStore({ databaseUrl: database.url, poolMax });
  return {
    store,
    async cutConnections() {
      await database.pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    },
    async close() {
      await store.close();
      await database.drop();
    },
  };
});

const { TEST_REDIS_URL: redisUrl, TEST_REDIS_SKIP: reason = 'TEST_REDIS_URL is not set' } = environment();

if (redisUrl === undefined) it.skip(`queue on Redis: skipped because ${reason}`, () => undefined);
else
  describeQueue('Redis', async () => {
    const admin = new Redis(redisUrl);
    await admin.flushdb();
    const store = await openQueueStore({ redisUrl, databaseUrl: 'postgres://unused', poolMax });
    return {
      store,
      async cutConnections() {
        // Only this database's: other specs use the same server meanwhile.
        const clients = String(await admin.call('CLIENT', 'LIST', 'TYPE', 'normal')).split('\n');
        const ids = clients.filter((line) => / db=0 /.test(line)).map((line) => /\bid=(\d+)/.exec(line)?.[1] ?? '');
        const own = String(await admin.call('CLIENT', 'ID'));
        for (const id of ids) if (id !== own) await admin.call('CLIENT', 'KILL', 'ID', id);
      },
      async close() {
        await store.close();
        admin.disconnect();
      },
    };
  });

describe('openQueueStore', () => {
  it.each([
    ['Redis', { redisUrl: 'redis://127.0.0.1:1', databaseUrl: 'postgres://unused' }],
    ['PostgreSQL', { databaseUrl: 'postgres://nobody:x@127.0.0.1:1/none' }],
  ])('says so when %s cannot be reached', async (_name, options) => {
    await expect(openQueueStore({ ...options, poolMax })).rejects.toMatchObject({ code: 'SWY_QUEUE_UNREACHABLE' });
  });

  it('lets several processes start at once', async () => {
    const database = await temporaryDatabase([]);
    const stores = await Promise.all(
      Array.from({ length: 5 }, () => openQueueStore({ databaseUrl: database.url, poolMax: 2 })),
    );
    await Promise.all(stores.map((store) => store.close()));
    await database.drop();
  });
});
