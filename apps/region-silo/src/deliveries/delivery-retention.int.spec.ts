import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { FakeClock } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { regionMigrations } from '../migrations';
import { DeliveryRetentionService } from './delivery-retention.service';

const DAY_MS = 86_400_000;

describe(DeliveryRetentionService.name, () => {
  let database: TemporaryDatabase;
  let clock: FakeClock;
  let retention: DeliveryRetentionService;

  beforeEach(async () => {
    database = await temporaryDatabase(regionMigrations);
    clock = new FakeClock();
    retention = new DeliveryRetentionService(database.pool, 30, clock, silentLogger);
    await database.pool.query(
      `INSERT INTO webhook_delivery (delivery_id, provider, view, body_sha256, body_bytes, received_at, handled_at, outcome, status)
       SELECT 'd' || n, 'github', 'webhook', '', 0, $1, $1, 'handled', 204 FROM generate_series(1, 12000) AS n`,
      [new Date(clock.now())],
    );
  });

  afterEach(() => database.drop());

  it('keeps records for their retention, then removes them in batches', async () => {
    clock.advance(30 * DAY_MS);
    expect(await retention.purge()).toBe(0);
    clock.advance(1);
    expect(await retention.purge()).toBe(12_000);
    expect((await database.pool.query('SELECT FROM webhook_delivery')).rowCount).toBe(0);
  });

  it('stops between two batches when the app does', async () => {
    retention.onApplicationBootstrap();
    await retention.onModuleDestroy();
    clock.advance(31 * DAY_MS);
    expect(await retention.purge()).toBe(5_000);
  });
});
