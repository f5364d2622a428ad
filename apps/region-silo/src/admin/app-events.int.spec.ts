import { openQueueStore } from '@switchyard/queue';
import { APP_WEBHOOKS_QUEUE, messageOf } from '@switchyard/app-events';
import { inTransaction } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { OutboxStore } from '@switchyard/transactional-outbox';
import { Queue } from 'bullmq';
import { ADMIN_TOKEN, startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';

const WAIT_MS = 10_000;

describe('what happens in a region, for apps', () => {
  let notifier: TemporaryDatabase;
  let region: RegionKit | undefined;

  beforeEach(async () => {
    notifier = await temporaryDatabase([]);
  });
  afterEach(async () => {
    await region?.close();
    await notifier.drop();
  });

  const tell = async (changes = {}) => {
    const occurrence = {
      key: 'k1',
      organizationId: 1,
      resource: 'issue',
      action: 'created',
      data: { issue: { id: '1' } },
    };
    return (
      await region?.send({
        method: 'POST',
        path: '/admin/api/app-events',
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ ...occurrence, ...changes })),
      })
    )?.status;
  };

  async function jobs(): Promise<unknown[]> {
    const store = await openQueueStore({ databaseUrl: notifier.url, poolMax: 2 });
    const queue = new Queue(APP_WEBHOOKS_QUEUE, { connection: store.connection });
    try {
      const endsAt = performance.now() + WAIT_MS;
      for (;;) {
        const found = await queue.getJobs(['waiting']);
        if (found.length > 0 || performance.now() > endsAt) return found.map(({ data }) => data as unknown);
      }
    } finally {
      await queue.close();
      await store.close();
    }
  }

  it('is committed, and arrives in the queue of the notifier', async () => {
    region = await startRegion({ SWITCHYARD_NOTIFIER_QUEUE_URL: notifier.url });
    expect(await tell()).toBe(202);
    expect(await jobs()).toMatchObject([{ key: 'k1', organizationId: '1', resource: 'issue', action: 'created' }]);
  });

  it('waits where it happened while there is no way to the notifier', async () => {
    region = await startRegion();
    expect(await tell()).toBe(202);
    expect((await region.pool.query('SELECT payload FROM outbox_message')).rows).toMatchObject([
      { payload: { key: 'k1' } },
    ]);
  });

  it('F23 corrected: it exists when its change is committed, and not before', async () => {
    region = await startRegion();
    const { pool } = region;
    const occurrence = { key: 'k2', organizationId: '1', resource: 'issue', action: 'created', data: {} };
    const message = messageOf({ ...occurrence, actor: { kind: 'system' } });
    const store = new OutboxStore(pool);
    const change = inTransaction(pool, async (transaction) => {
      await store.insert(transaction, message);
      throw new Error('the change is undone');
    });
    await expect(change).rejects.toThrow('undone');
    expect((await pool.query('SELECT FROM outbox_message')).rowCount).toBe(0);
    await inTransaction(pool, (transaction) => store.insert(transaction, message));
    expect((await pool.query('SELECT FROM outbox_message')).rowCount).toBe(1);
  });

  it.each([
    ['nothing that apps are told', { action: 'exploded' }],
    ['no key', { key: '' }],
  ])('%s is 400, and nothing is written', async (_name, changes) => {
    region = await startRegion();
    expect(await tell(changes)).toBe(400);
    expect((await region.pool.query('SELECT FROM outbox_message')).rowCount).toBe(0);
  });
});
