import { randomUUID } from 'node:crypto';
import { loadSettings } from '@switchyard/config';
import { inTransaction } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { systemClock, systemRandom } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { InvalidOutboxError } from './invalid-outbox.error';
import { transactionalOutboxMigrations } from './migrations';
import { OutboxDrain } from './outbox-drain';
import { OutboxHandlers } from './outbox-handlers';
import type { HandledMessage, OutboxHandler } from './outbox-handlers';
import type { OutboxMessage, OutboxShard } from './outbox-message';
import { OutboxScheduler } from './outbox-scheduler';
import { OutboxWriter } from './outbox-writer';
import { OutboxStore } from './outbox.store';
import { transactionalOutboxSettings } from './transactional-outbox.settings';
import type { TransactionalOutboxSettings } from './transactional-outbox.settings';

const defaults = loadSettings({ transactionalOutboxSettings }, {}).transactionalOutboxSettings;
const shard: OutboxShard = { destination: 'us', scope: 'integration', shardIdentifier: '7' };
const message = (over: Partial<OutboxMessage> = {}): OutboxMessage => ({
  ...shard,
  category: 'integrationUpdate',
  objectIdentifier: '1',
  ...over,
});

// The ids are those of the spec: gateway.md §9.7.
describe('transactional outbox', () => {
  let database: TemporaryDatabase;
  let store: OutboxStore;
  let handled: HandledMessage[];

  beforeAll(async () => {
    database = await temporaryDatabase(transactionalOutboxMigrations);
    await database.pool.query('CREATE TABLE subject (name text PRIMARY KEY)');
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await database.pool.query('TRUNCATE outbox_message, outbox_claim, subject');
    store = new OutboxStore(database.pool);
    handled = [];
  });

  const record: OutboxHandler = async (taken) => {
    handled.push(taken);
    return Promise.resolve();
  };

  function outbox(handler: OutboxHandler = record, overrides: Partial<TransactionalOutboxSettings> = {}) {
    const handlers = new OutboxHandlers();
    handlers.register('integrationUpdate', handler);
    const settings = { ...defaults, ...overrides };
    const drain = new OutboxDrain(store, handlers, settings, systemClock, silentLogger);
    const scheduler = new OutboxScheduler(store, drain, settings, systemRandom, silentLogger);
    return { drain, scheduler, writer: new OutboxWriter(database.pool, store, scheduler) };
  }

  const save = (...messages: OutboxMessage[]): Promise<void> =>
    inTransaction(database.pool, async (transaction) => {
      for (const each of messages) await store.insert(transaction, each);
    });
  const payloads = (): unknown[] => handled.map(({ payload }) => payload);
  const left = async (): Promise<unknown[]> => {
    const { rows } = await database.pool.query<{ payload: unknown }>('SELECT payload FROM outbox_message ORDER BY id');
    return rows.map(({ payload }) => payload);
  };
  const postpone = (): Promise<unknown> =>
    database.pool.query("UPDATE outbox_message SET scheduled_from = now(), scheduled_for = now() + interval '8 s'");

  it.each([
    ['a category of another scope', message({ scope: 'organization' })],
    ['a category that is not registered', message({ category: 'nonsense' as 'appUpdate' })],
    ['a missing identifier', message({ objectIdentifier: '' })],
    ['no destination', message({ destination: '' })],
    ['an oversized payload', message({ payload: { text: 'x'.repeat(300_000) } })],
  ])('O1: refuses %s, and writes nothing', async (_name, bad) => {
    await expect(save(bad)).rejects.toThrow(InvalidOutboxError);
    expect(await left()).toEqual([]);
  });

  it('O2: two rows of one key and another one make two calls, with the newest of each', async () => {
    await save(message({ payload: { n: 1 } }), message({ payload: { n: 2 } }), message({ objectIdentifier: '2' }));
    expect(await outbox().drain.drain(shard)).toBe('drained');
    expect(payloads()).toEqual([{ n: 2 }, undefined]);
    expect(await left()).toEqual([]);
  });

  it('O2: coalesces more rows than one batch deletes', async () => {
    await save(...Array.from({ length: 250 }, (_, n) => message({ payload: { n } })));
    await outbox().drain.drain(shard);
    expect(payloads()).toEqual([{ n: 249 }]);
    expect(await left()).toEqual([]);
  });

  it('O3: a row of the same key that is written while the handler runs survives it', async () => {
    await save(message({ payload: { n: 1 } }));
    const { drain } = outbox(async (taken) => {
      await record(taken);
      await save(message({ payload: { n: 2 } }));
    });
    await drain.flush(shard);
    expect(payloads()).toEqual([{ n: 1 }]);
    expect(await left()).toEqual([{ n: 2 }]);
  });

  it('O5: rows in the future are left alone; one due row makes the whole shard drain', async () => {
    await save(message({ payload: { n: 1 } }));
    await postpone();
    const { scheduler } = outbox();
    expect(await scheduler.sweep()).toBe(0);
    await save(message({ objectIdentifier: '2', payload: { n: 2 } }));
    expect(await scheduler.sweep()).toBe(1);
    expect(payloads()).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('O6: two flushes at once handle each group once', async () => {
    await save(message({ objectIdentifier: '1' }), message({ objectIdentifier: '2' }));
    const { drain } = outbox();
    const ends = await Promise.all([drain.flush(shard), drain.flush(shard)]);
    expect(ends).toContain('drained');
    expect(handled.map(({ objectIdentifier }) => objectIdentifier)).toEqual(['1', '2']);
    expect(await left()).toEqual([]);
  });

  it('O7: a flush leaves what was written after it began; a scheduled drain takes it', async () => {
    await save(message({ payload: { n: 1 } }));
    let isFirst = true;
    const { drain } = outbox(async (taken) => {
      await record(taken);
      if (isFirst) await save(message({ objectIdentifier: '2', payload: { n: 2 } }));
      isFirst = false;
    });
    await drain.flush(shard);
    expect(await left()).toEqual([{ n: 2 }]);
    await drain.drain(shard);
    expect(payloads()).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await left()).toEqual([]);
  });

  it('O8: a shard that somebody else has is not prepared, until the claim has expired', async () => {
    await save(message());
    expect(await store.prepare(shard, randomUUID(), 60_000, { backsOff: false })).toBeDefined();
    expect(await store.prepare(shard, randomUUID(), 60_000, { backsOff: false })).toBeUndefined();
    expect(await outbox().drain.drain(shard)).toBe('busy');
    await database.pool.query("UPDATE outbox_claim SET claimed_until = now() - interval '1 s'");
    expect(await outbox().drain.drain(shard)).toBe('drained');
  });

  it('O9: a disabled shard is not handled; its newest row remains', async () => {
    await save(message({ payload: { n: 1 } }), message({ payload: { n: 2 } }));
    const { drain } = outbox(record, { disabledShards: new Set(['integration:7']) });
    expect(await drain.drain(shard)).toBe('disabled');
    expect(handled).toEqual([]);
    expect(await left()).toEqual([{ n: 2 }]);
  });

  it('O11: a transaction that is rolled back leaves no row and no flush', async () => {
    const { writer, scheduler } = outbox();
    const failing = writer.transaction(async (transaction, enqueue) => {
      await transaction.query("INSERT INTO subject VALUES ('change')");
      await enqueue(message());
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await scheduler.settled();
    expect(handled).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('commits a change with its message and carries it right after the commit', async () => {
    const { writer, scheduler } = outbox(async (taken) => {
      expect((await database.pool.query('SELECT name FROM subject')).rows).toEqual([{ name: 'change' }]);
      await record(taken);
    });
    await writer.transaction(async (transaction, enqueue) => {
      await transaction.query("INSERT INTO subject VALUES ('change')");
      await enqueue(message({ payload: { n: 1 } }));
    });
    await scheduler.settled();
    expect(payloads()).toEqual([{ n: 1 }]);
  });

  it('keeps a row whose handler fails, and waits 2, 4, 8 seconds … an hour', async () => {
    await save(message());
    const { drain } = outbox(() => Promise.reject(new Error('the other silo is away')));
    const delays: number[] = [];
    for (let attempt = 0; attempt < 13; attempt++) {
      expect(await drain.drain(shard)).toBe('failed');
      const { rows } = await database.pool.query<{ delay: number }>(
        'SELECT extract(epoch FROM scheduled_for - scheduled_from)::int AS delay FROM outbox_message',
      );
      delays.push(rows[0]?.delay ?? 0);
    }
    expect(delays).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
  });

  it('gives up a handler that takes too long, tells it so, and holds no transaction meanwhile', async () => {
    await save(message());
    let wasAborted = false;
    let openTransactions: unknown;
    const { drain } = outbox(
      async ({ signal }) => {
        const { rows } = await database.pool.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
        );
        openTransactions = rows[0]?.count;
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            wasAborted = true;
            resolve();
          });
        });
      },
      { handlerTimeoutMs: 100 },
    );
    expect(await drain.drain(shard)).toBe('failed');
    expect({ wasAborted, openTransactions }).toEqual({ wasAborted: true, openTransactions: 0 });
    expect(await left()).toHaveLength(1);
  });

  it('one failing shard does not keep another one waiting', async () => {
    await save(message(), message({ shardIdentifier: '8', payload: { n: 8 } }));
    const { scheduler } = outbox((taken) =>
      taken.shardIdentifier === '7' ? Promise.reject(new Error('no')) : record(taken),
    );
    expect(await scheduler.sweep()).toBe(2);
    expect(payloads()).toEqual([{ n: 8 }]);
    expect(await store.depths()).toEqual([{ ...shard, rows: 1 }]);
  });
});
