import { Redis } from 'ioredis';
import { environment } from '@switchyard/config';
import { temporaryDatabase } from '@switchyard/database/testing';
import { systemClock } from '@switchyard/primitives';
import { PostgresRequestBufferStore } from './drivers/postgres/postgres-request-buffer.store';
import { RedisRequestBufferStore } from './drivers/redis/redis-request-buffer.store';
import { requestBufferMigrations } from './migrations';
import { REQUEST_BUFFER_LIMITS } from './request-buffer.store';
import { describeRequestBuffer } from './testing';

describeRequestBuffer('PostgreSQL', async () => {
  const database = await temporaryDatabase(requestBufferMigrations);
  return {
    open: (limits) => new PostgresRequestBufferStore(database.pool, limits, systemClock),
    empty: async () => {
      await database.pool.query('TRUNCATE request_health, request_log');
    },
    close: () => database.drop(),
  };
});

const { TEST_REDIS_URL: redisUrl, TEST_REDIS_SKIP: reason = 'TEST_REDIS_URL is not set' } = environment();

if (redisUrl === undefined) it.skip(`request buffer on Redis: skipped because ${reason}`, () => undefined);
else
  describeRequestBuffer('Redis', () => {
    // A database of its own: other specs empty theirs.
    const redis = new Redis(redisUrl, { db: 5 });
    return Promise.resolve({
      open: (limits) => new RedisRequestBufferStore(redis, limits),
      empty: async () => {
        await redis.flushdb();
      },
      close: async () => {
        await redis.quit();
      },
    });
  });

describe(PostgresRequestBufferStore.name, () => {
  it('purges what has expired and nothing else', async () => {
    const database = await temporaryDatabase(requestBufferMigrations);
    const health = { subject: 'app', day: '2026-11-20', category: 'error' } as const;
    const open = (healthTtlMs: number) =>
      new PostgresRequestBufferStore(database.pool, { ...REQUEST_BUFFER_LIMITS, healthTtlMs }, systemClock);
    await open(-1).record({ health });
    await open(60_000).record({ health: { ...health, subject: 'other' } });
    await open(0).purge();
    expect((await database.pool.query('SELECT subject FROM request_health')).rows).toEqual([{ subject: 'other' }]);
    await database.drop();
  });
});
