import { randomUUID } from 'node:crypto';
import { loadSettings } from '@switchyard/config';
import { generateKey, KeyRing } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { systemClock } from '@switchyard/primitives';
import { openRegionClient } from '@switchyard/silo/testing';
import type { OpenRegionClient } from '@switchyard/silo/testing';
import { silentLogger } from '@switchyard/telemetry';
import { MailboxDrain } from './mailbox-drain';
import { outboxMigrations } from './migrations';
import { outboxSettings } from './outbox.settings';
import { StoredWebhookStore } from './stored-webhook.store';
import { RegionStandIn } from './testing';
import { WebhookTransfer } from './webhook-transfer';

const MAILBOX = 'github:us:7';
const settings = { ...loadSettings({ outboxSettings }, {}).outboxSettings, timeoutMs: 400 };

describe('batched transfer', () => {
  let database: TemporaryDatabase;
  let us: RegionStandIn;
  let regions: OpenRegionClient;
  let store: StoredWebhookStore;
  let drain: MailboxDrain;

  beforeEach(async () => {
    database = await temporaryDatabase(outboxMigrations);
    us = await RegionStandIn.start();
    us.takesBatches = true;
    regions = openRegionClient({ us: us.address });
    store = new StoredWebhookStore(database.pool, KeyRing.parse(generateKey('k1')), settings);
    const transfer = new WebhookTransfer(regions.client, settings, systemClock);
    drain = new MailboxDrain(store, transfer, settings, systemClock, { next: () => 0.5 }, silentLogger);
  });
  afterEach(async () => {
    await regions.close();
    await us.stop();
    await database.drop();
  });

  async function save(count: number, sizeOf: (index: number) => number = () => 1): Promise<string[]> {
    const bodies = Array.from({ length: count }, (_, index) => String(index).padEnd(sizeOf(index), '.'));
    for (const body of bodies) {
      const webhook = {
        provider: 'github',
        integrationId: '7',
        providerDeliveryId: undefined,
        eventType: 'push',
        requestId: randomUUID(),
        isVerified: true,
        maxAgeMs: undefined,
        method: 'POST',
        path: '/extensions/github/webhook/',
        headers: ['Content-Type', 'application/json'],
        body: Buffer.from(body),
        destinations: [{ region: 'us', mailbox: MAILBOX }],
      };
      await store.insert([store.encode(webhook, systemClock.now())]);
    }
    return bodies;
  }

  const makeDue = () => database.pool.query(`UPDATE mailbox SET due_at = '-infinity'`);
  const attempts = async () =>
    (await database.pool.query<{ attempts: number }>('SELECT attempts FROM stored_webhook ORDER BY id')).rows.map(
      (row) => row.attempts,
    );

  it('takes one request for many webhooks, in order', async () => {
    const bodies = await save(120);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([50, 50, 20]);
  });

  it('a bad item fails alone', async () => {
    us.answer = (_delivery, index) => (index === 1 ? 400 : 204);
    await save(4);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    const { rows } = await database.pool.query('SELECT outcome FROM delivery ORDER BY stored_webhook_id');
    expect(rows.map(({ outcome }) => outcome)).toEqual(['delivered', 'rejected_bad_request', 'delivered', 'delivered']);
    expect(us.batchSizes).toEqual([4]);
  });

  it('a region that answers with a part gets the rest at once, with no attempt counted for it', async () => {
    us.batchItemsMax = 3;
    const bodies = await save(7);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([7, 4]);
    const { rows } = await database.pool.query('SELECT DISTINCT attempts FROM delivery');
    expect(rows).toEqual([{ attempts: 1 }]);
  });

  it('a batch without an answer costs the first one an attempt; then they go one by one, and the one that did it is found', async () => {
    us.answer = (_delivery, index) => (index === 2 || index === 5 ? 0 : 200);
    const bodies = await save(5);
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(us.bodies).toEqual(bodies.slice(0, 3));
    expect(await attempts()).toEqual([1, 0, 0, 0, 0]);
    await makeDue();
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(us.bodies.slice(3)).toEqual(bodies.slice(0, 3));
    expect(await attempts()).toEqual([1, 0, 0]);
    await makeDue();
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies.slice(6)).toEqual(bodies.slice(2));
    expect(us.batchSizes).toEqual([5]);
  });

  it('a hanging region costs one attempt, as without batches', async () => {
    us.answer = () => 'hang';
    await save(3);
    await expect(drain.run(MAILBOX)).resolves.toBe('failed');
    expect(await attempts()).toEqual([1, 0, 0]);
  });

  it('a region that does not take them is asked once and gets them one by one', async () => {
    us.takesBatches = false;
    const bodies = await save(3);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    const more = await save(2);
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual([...bodies, ...more]);
    expect(us.batchesRefused).toBe(1);
  });

  it('limits the bytes of a batch; a large webhook goes alone', async () => {
    const bodies = await save(4, (index) => (index === 1 ? 2_000_000 : 400_000));
    await expect(drain.run(MAILBOX)).resolves.toBe('empty');
    expect(us.bodies).toEqual(bodies);
    expect(us.batchSizes).toEqual([2]);
  });

  it('the delivery id is the one that it has alone', async () => {
    await save(2);
    await drain.run(MAILBOX);
    const ids = us.received.map(({ headers }) => headers['x-gateway-delivery']);
    expect(ids).toEqual([expect.stringMatching(/^w-\d+$/), expect.stringMatching(/^w-\d+$/)]);
    expect(new Set(ids).size).toBe(2);
  });
});
