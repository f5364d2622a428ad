import { randomUUID } from 'node:crypto';
import { loadSettings } from '@switchyard/config';
import { generateKey, KeyRing } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { systemClock } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { DeliveryHistoryService } from './delivery-history.service';
import type { HintPublisher } from './hint.publisher';
import { outboxMigrations } from './migrations';
import { outboxSettings } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import { StoredBytesLimit } from './stored-bytes-limit';
import type { NewStoredWebhook } from './stored-webhook';
import { StoredWebhookStore } from './stored-webhook.store';
import { WebhookWriter } from './webhook-writer';

const keys = KeyRing.parse(generateKey('k1'));
const defaults = loadSettings({ outboxSettings }, {}).outboxSettings;
const silentHints = { announce: () => undefined } as unknown as HintPublisher;

describe('what is stored, and counted', () => {
  let database: TemporaryDatabase;

  beforeEach(async () => {
    database = await temporaryDatabase(outboxMigrations);
  });
  afterEach(() => database.drop());

  function open(overrides: Partial<OutboxSettings> = {}) {
    const settings = { ...defaults, ...overrides };
    const store = new StoredWebhookStore(database.pool, keys, settings);
    const limit = new StoredBytesLimit(database.pool, settings, silentLogger);
    const writer = new WebhookWriter(store, silentHints, limit, settings, systemClock, silentLogger);
    return { store, limit, writer };
  }

  const webhook = (changes: Partial<NewStoredWebhook> = {}): NewStoredWebhook => ({
    provider: 'github',
    integrationId: '7',
    providerDeliveryId: 'guid-1',
    eventType: 'push',
    requestId: randomUUID(),
    isVerified: true,
    maxAgeMs: undefined,
    method: 'POST',
    path: '/extensions/github/webhook/',
    headers: ['Content-Type', 'application/json'],
    body: Buffer.from('0123456789'),
    destinations: [{ region: 'us', mailbox: 'github:us:7' }],
    ...changes,
  });
  const stored = async () =>
    (await database.pool.query('SELECT mailbox, provider_delivery_id AS id FROM stored_webhook ORDER BY 1, 2')).rows;

  describe('duplicates', () => {
    it('what a provider sends again is acknowledged and stored once', async () => {
      const { writer } = open();
      expect(await writer.write(webhook())).toEqual({ kind: 'stored' });
      expect(await writer.write(webhook())).toEqual({ kind: 'duplicate' });
      expect(await stored()).toHaveLength(1);
    });

    it('also when both come at the same moment, in one process or in two', async () => {
      const [one, two] = [open(), open()];
      const results = await Promise.all(
        Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : two).writer.write(webhook())),
      );
      expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === 'duplicate')).toHaveLength(39);
      expect(await stored()).toHaveLength(1);
    });

    it('all regions of a request are stored, or none', async () => {
      const { writer } = open();
      const destinations = [
        { region: 'de', mailbox: 'github:de:7' },
        { region: 'us', mailbox: 'github:us:7' },
      ];
      await writer.write(webhook({ destinations }));
      await writer.write(webhook({ destinations }));
      expect(await stored()).toEqual([
        { mailbox: 'github:de:7', id: 'guid-1' },
        { mailbox: 'github:us:7', id: 'guid-1' },
      ]);
    });

    it.each([
      ['another id', { providerDeliveryId: 'guid-2' }],
      ['no id', { providerDeliveryId: undefined }],
      ['another integration', { integrationId: '8' }],
      ['another provider', { provider: 'gitlab' }],
      [
        'another body: nobody keeps a webhook out by sending something else under its id first',
        { body: Buffer.from('x') },
      ],
    ])('%s is no duplicate', async (_name, changes) => {
      const { writer } = open();
      await writer.write(webhook());
      expect(await writer.write(webhook(changes))).toEqual({ kind: 'stored' });
    });

    it('without an id nothing is a duplicate', async () => {
      const { writer } = open();
      const changes = { providerDeliveryId: undefined };
      await Promise.all(Array.from({ length: 5 }, () => writer.write(webhook(changes))));
      expect(await stored()).toHaveLength(5);
    });

    it('after the window it is stored again, and forgotten when purged', async () => {
      const { writer, store } = open();
      await writer.write(webhook());
      await database.pool.query(`UPDATE seen_delivery SET seen_at = now() - interval '3601 s'`);
      expect(await writer.write(webhook())).toEqual({ kind: 'stored' });
      await store.purgeSeen();
      expect((await database.pool.query('SELECT FROM seen_delivery')).rowCount).toBe(1);
      await database.pool.query(`UPDATE seen_delivery SET seen_at = now() - interval '3601 s'`);
      await store.purgeSeen();
      expect((await database.pool.query('SELECT FROM seen_delivery')).rowCount).toBe(0);
    });

    it('window 0: everything is stored', async () => {
      const { writer } = open({ duplicateWindowSeconds: 0 });
      await writer.write(webhook());
      expect(await writer.write(webhook())).toEqual({ kind: 'stored' });
      expect(await stored()).toHaveLength(2);
    });

    it('a request that fails is not remembered as seen', async () => {
      const { writer } = open();
      const broken = { integrationId: '9'.repeat(30) };
      expect(await writer.write(webhook(broken))).toMatchObject({ kind: 'unavailable' });
      expect((await database.pool.query('SELECT FROM seen_delivery')).rowCount).toBe(0);
    });

    it('rows of one batch keep the order in which they came', async () => {
      const { writer } = open();
      const ids = Array.from({ length: 200 }, (_, index) => `guid-${index}`);
      await Promise.all(ids.map((providerDeliveryId) => writer.write(webhook({ providerDeliveryId }))));
      const { rows } = await database.pool.query(
        'SELECT provider_delivery_id AS id FROM stored_webhook ORDER BY stored_webhook.id',
      );
      expect(rows.map(({ id }) => id)).toEqual(ids);
    });
  });

  describe('totals and the cap', () => {
    const totals = async () => (await new DeliveryHistoryService(database.pool).totals()).waiting;
    const bytesOf = async (integrationId: string) =>
      (
        await database.pool.query<{ bytes: number }>(
          'SELECT coalesce(sum(bytes), 0)::int AS bytes FROM stored_total WHERE integration_id = $1',
          [integrationId],
        )
      ).rows[0]?.bytes;

    it('follow every way in and out', async () => {
      const { writer, store } = open({ duplicateWindowSeconds: 0 });
      for (let count = 0; count < 3; count++) await writer.write(webhook());
      await writer.write(webhook({ integrationId: undefined }));
      expect([await totals(), await bytesOf('7'), await bytesOf('0')]).toEqual([4, 30, 10]);
      const [first, second] = await store.takeBatch('github:us:7', randomUUID());
      await store.finish([{ id: first?.id ?? '', outcome: 'delivered', status: 204 }]);
      await store.bury(second?.id ?? '', 'expired');
      expect([await totals(), await bytesOf('7')]).toEqual([2, 10]);
      await database.pool.query('DELETE FROM stored_webhook');
      expect([await totals(), await bytesOf('7')]).toEqual([0, 0]);
    });

    it('an integration with too many bytes is turned away until enough has left; others are not', async () => {
      const { writer, limit } = open({ duplicateWindowSeconds: 0, storedBytesMax: 25 });
      for (let count = 0; count < 3; count++) await writer.write(webhook());
      await writer.write(webhook({ integrationId: '8' }));
      await limit.refresh();
      expect([limit.isOver('7'), limit.isOver('8'), limit.isOver(undefined)]).toEqual([true, false, false]);
      await limit.refresh();
      expect(limit.isOver('7')).toBe(true);
      await database.pool.query('DELETE FROM stored_webhook WHERE id = (SELECT min(id) FROM stored_webhook)');
      await limit.refresh();
      expect(limit.isOver('7')).toBe(false);
    });

    it('keeps what it knows while the database cannot be asked', async () => {
      const { writer, limit } = open({ storedBytesMax: 1 });
      await writer.write(webhook());
      await limit.refresh();
      await database.pool.query('ALTER TABLE stored_total RENAME TO elsewhere');
      await limit.refresh();
      expect(limit.isOver('7')).toBe(true);
    });
  });
});
