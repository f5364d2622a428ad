import { randomUUID } from 'node:crypto';
import { loadSettings } from '@switchyard/config';
import { generateKey, KeyRing } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { systemClock } from '@switchyard/primitives';
import { openRegionClient } from '@switchyard/silo/testing';
import type { OpenRegionClient } from '@switchyard/silo/testing';
import { silentLogger } from '@switchyard/telemetry';
import type { HintPublisher } from '../hint.publisher';
import { HistoryPartitions } from '../history-partitions';
import { MailboxDrain } from '../mailbox-drain';
import { outboxMigrations } from '../migrations';
import { OperationRunner } from '../operations/operation-runner';
import { outboxSettings } from '../outbox.settings';
import type { OutboxSettings } from '../outbox.settings';
import type { NewStoredWebhook } from '../stored-webhook';
import { StoredWebhookStore } from '../stored-webhook.store';
import { WebhookTransfer } from '../webhook-transfer';
import { RegionStandIn } from './region-stand-in';

const keys = KeyRing.parse(generateKey('k1'));

/** Settings as they are when nobody sets any, but that what is sent twice is stored twice: tests send the same again and again. */
export const testSettings: OutboxSettings = {
  ...loadSettings({ outboxSettings }, {}).outboxSettings,
  duplicateWindowSeconds: 0,
};

/** A database with the tables of stored delivery, two regions, and what brings the one to the others. */
export class DeliveryKit {
  private constructor(
    readonly database: TemporaryDatabase,
    readonly us: RegionStandIn,
    readonly de: RegionStandIn,
    readonly regions: OpenRegionClient,
    readonly store: StoredWebhookStore,
  ) {}

  static async start(takesBatches: boolean): Promise<DeliveryKit> {
    const database = await temporaryDatabase(outboxMigrations);
    const [us, de] = await Promise.all([RegionStandIn.start(), RegionStandIn.start()]);
    us.takesBatches = takesBatches;
    de.takesBatches = takesBatches;
    const regions = openRegionClient({ de: de.address, us: us.address });
    return new DeliveryKit(database, us, de, regions, new StoredWebhookStore(database.pool, keys, testSettings));
  }

  get pool(): Pool {
    return this.database.pool;
  }

  async close(): Promise<void> {
    await this.regions.close();
    await Promise.all([this.us.stop(), this.de.stop()]);
    await this.database.drop();
  }

  storeWith(overrides: Partial<OutboxSettings>): StoredWebhookStore {
    return new StoredWebhookStore(this.pool, keys, { ...testSettings, ...overrides });
  }

  drainWith(overrides: Partial<OutboxSettings> = {}): MailboxDrain {
    const settings = { ...testSettings, ...overrides };
    const transfer = new WebhookTransfer(this.regions.client, settings, systemClock);
    const middle = { next: () => 0.5 };
    return new MailboxDrain(this.storeWith(overrides), transfer, settings, systemClock, middle, silentLogger);
  }

  /** @param now the time by which days begin and end, milliseconds since the Unix epoch; the real time without it */
  partitionsWith(overrides: Partial<OutboxSettings> = {}, now?: number): HistoryPartitions {
    const clock = now === undefined ? systemClock : { now: () => now, monotonic: () => 0 };
    return new HistoryPartitions(this.pool, { ...testSettings, ...overrides }, clock, silentLogger);
  }

  /** Runs operations as a gateway process does. */
  runnerWith(overrides: Partial<OutboxSettings> = {}): OperationRunner {
    const silentHints = { announce: () => undefined } as unknown as HintPublisher;
    return new OperationRunner(this.pool, silentHints, { ...testSettings, ...overrides }, silentLogger);
  }

  /** Stores webhooks in one mailbox, `provider:region:…`, in order. */
  async save(
    mailbox: string,
    bodies: readonly (string | Buffer)[],
    more: Partial<NewStoredWebhook> = {},
  ): Promise<void> {
    const [, region = ''] = mailbox.split(':');
    for (const body of bodies) {
      const webhook: NewStoredWebhook = {
        provider: 'github',
        integrationId: '7',
        providerDeliveryId: undefined,
        eventType: 'push',
        requestId: randomUUID(),
        isVerified: true,
        maxAgeMs: undefined,
        method: 'POST',
        path: '/extensions/github/webhook/?a=%20b',
        headers: ['Content-Type', 'application/json', 'Authorization', 'Bearer secret'],
        body: Buffer.from(body),
        destinations: [{ region, mailbox }],
        ...more,
      };
      await this.store.insert([this.store.encode(webhook, systemClock.now())]);
    }
  }

  /** Stands for the passing of every backoff. */
  async endBackoffs(): Promise<void> {
    await this.pool.query(`UPDATE mailbox SET due_at = now() - interval '1 s' WHERE due_at > now()`);
  }

  /** Attempts of what waits, in order. */
  async attempts(mailbox?: string): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ attempts: number }>(
      'SELECT attempts FROM stored_webhook WHERE $1::text IS NULL OR mailbox = $1 ORDER BY id',
      [mailbox ?? null],
    );
    return rows.map((row) => row.attempts);
  }

  /** How those that are done with ended, in order. */
  async outcomes(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ outcome: string }>(
      'SELECT outcome FROM delivery ORDER BY stored_webhook_id',
    );
    return rows.map((row) => row.outcome);
  }
}
