import { generateKey, KeyRing } from '@switchyard/database';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { loadSettings } from '@switchyard/config';
import { silentLogger } from '@switchyard/telemetry';
import type { HintPublisher } from '../hint.publisher';
import { outboxMigrations } from '../migrations';
import { outboxSettings } from '../outbox.settings';
import { StoredWebhookStore } from '../stored-webhook.store';
import { AuditLog } from '@switchyard/audit-log';
import { HoldService } from './hold.service';
import { OperationRunner } from './operation-runner';
import { OperationService } from './operation.service';

const keys = KeyRing.parse(generateKey('k1'));
const loaded = loadSettings({ outbox: outboxSettings }, { SWITCHYARD_INGEST_DUPLICATE_WINDOW_S: '0' });
const settings = loaded.outbox;
const TOKEN = '00000000-0000-4000-8000-000000000001';

let database: TemporaryDatabase;
let store: StoredWebhookStore;
let operations: OperationService;
let holds: HoldService;
let announced: string[];
let hints: HintPublisher;

beforeAll(async () => {
  database = await temporaryDatabase(outboxMigrations);
  store = new StoredWebhookStore(database.pool, keys, settings);
  operations = new OperationService(database.pool);
  hints = { announce: (mailbox: string) => void announced.push(mailbox) } as unknown as HintPublisher;
  holds = new HoldService(database.pool, hints);
});
afterAll(() => database.drop());
beforeEach(async () => {
  announced = [];
  await database.pool.query('TRUNCATE stored_webhook, mailbox, delivery, dead_letter, hold, operation, audit_log');
});

const runner = () => new OperationRunner(database.pool, hints, settings, silentLogger);

async function save(mailbox: string, count: number): Promise<void> {
  const [provider = '', region = ''] = mailbox.split(':');
  for (let index = 0; index < count; index += 1) {
    const webhook = {
      provider,
      integrationId: '7',
      providerDeliveryId: `d-${index}`,
      eventType: undefined,
      requestId: 'r',
      isVerified: true,
      maxAgeMs: undefined,
      method: 'POST',
      path: '/x',
      headers: [],
      body: Buffer.from(`${mailbox} ${index}`),
      destinations: [{ region, mailbox }],
    };
    await store.insert([store.encode(webhook, Date.now())]);
  }
}

async function saveDead(mailbox: string, count: number, reason: 'attempts_exceeded' | 'expired' = 'attempts_exceeded') {
  await save(mailbox, count);
  const { rows } = await database.pool.query<{ id: string }>('SELECT id FROM stored_webhook WHERE mailbox = $1', [
    mailbox,
  ]);
  for (const { id } of rows) await store.bury(id, reason);
}

const countOf = async (table: string): Promise<number> =>
  Number((await database.pool.query<{ count: string }>(`SELECT count(*) FROM ${table}`)).rows[0]?.count);
const bodiesOf = async (mailbox: string): Promise<string[]> =>
  (await store.takeBatch(mailbox, TOKEN)).map((row) => ('body' in row ? row.body.toString() : 'unreadable'));
const audited = async () =>
  (await new AuditLog(database.pool).list(10)).map(({ action, subject }) => [action, subject]);

describe(HoldService.name, () => {
  it.each([
    ['mailbox', 'github:us:7'],
    ['integration', 'github:7'],
    ['region', 'us'],
  ] as const)(
    'a hold of the %s %s keeps its mailboxes and no others; its release lets them go',
    async (scope, value) => {
      await save('github:us:7', 2);
      await save('github:de:8', 1);
      await holds.hold(scope, value, 'the region is being moved', 'ada');
      await holds.hold(scope, value, 'again', 'bo');
      expect(await store.dueMailboxes('', 10)).toMatchObject([{ name: 'github:de:8' }]);
      expect(await bodiesOf('github:us:7')).toEqual([]);
      expect(await bodiesOf('github:de:8')).toEqual(['github:de:8 0']);
      expect(await holds.list()).toMatchObject([{ scope, value, reason: 'the region is being moved', actor: 'ada' }]);
      expect(await holds.release(scope, value, 'bo')).toBe(true);
      expect(await holds.release(scope, value, 'bo')).toBe(false);
      expect(await bodiesOf('github:us:7')).toEqual(['github:us:7 0', 'github:us:7 1']);
      expect(await audited()).toEqual([
        ['release', `${scope} ${value}`],
        ['hold', `${scope} ${value}`],
      ]);
    },
  );

  it('lists are in the order of numbers, not of their digits', async () => {
    for (let index = 0; index < 12; index += 1) await holds.hold('mailbox', `m${index}`, 'x', 'ada');
    await saveDead('github:us:7', 12);
    for (let index = 0; index < 12; index += 1) await operations.plan('replay', {}, 'ada');
    const lists = [
      await new AuditLog(database.pool).list(20),
      await operations.list(20),
      await operations.select('dead_letter', {}, { limit: 20 }),
    ];
    for (const list of lists) {
      const ids = list.map(({ id }) => Number(id));
      expect(ids).toHaveLength(12);
      expect(ids).toEqual([...ids].sort((left, right) => right - left));
    }
  });

  it('retry now ends a backoff', async () => {
    await save('github:us:7', 1);
    await store.takeBatch('github:us:7', TOKEN);
    await store.release('github:us:7', TOKEN, 60_000, []);
    expect(await store.dueMailboxes('', 10)).toEqual([]);
    expect(await holds.retryNow(['github:us:7', 'github:us:8'], 'ada')).toBe(1);
    expect(await store.dueMailboxes('', 10)).toMatchObject([{ name: 'github:us:7' }]);
    expect(announced).toEqual(['github:us:7']);
  });
});

describe(OperationService.name, () => {
  it('a plan counts and shows, and does nothing', async () => {
    await saveDead('github:us:7', 12);
    await saveDead('github:de:7', 3);
    const plan = await operations.plan('replay', { region: 'us' }, 'ada');
    expect(plan).toMatchObject({ state: 'planned', total: 12, done: 0 });
    expect(plan.sample).toHaveLength(10);
    expect(plan.sample[0]).toMatchObject({ mailbox: 'github:us:7', reason: 'attempts_exceeded' });
    expect(JSON.stringify(plan)).not.toContain('github:us:7 1"');
    await expect(runner().runNext()).resolves.toBe(false);
    expect(await countOf('dead_letter')).toBe(15);
  });

  it('replay: in their order, behind what waits, with fresh attempts, in as many batches as it takes', async () => {
    await saveDead('github:us:7', 3);
    await save('github:us:7', 1);
    const { id } = await operations.plan('replay', { mailbox: 'github:us:7' }, 'ada');
    await operations.start(id, 'ada');
    await runner().runNext();
    expect(await operations.get(id)).toMatchObject({ state: 'done', total: 3, done: 3 });
    const expected = ['github:us:7 0', 'github:us:7 0', 'github:us:7 1', 'github:us:7 2'];
    expect(await bodiesOf('github:us:7')).toEqual(expected);
    expect(await countOf('dead_letter')).toBe(0);
    expect(new Set(announced)).toEqual(new Set(['github:us:7']));
    expect(await audited()).toEqual([['operation_start', `operation ${id}`]]);
  });

  it('many batches: each row once, although another process takes over in the middle', async () => {
    await database.pool.query(
      `INSERT INTO dead_letter (id, mailbox, region, provider, request_id, received_at, expires_at, is_ephemeral, is_verified,
         attempts, method, path, headers, body_bytes, body_sha256, sealed, reason)
       SELECT n, 'github:us:' || n % 5, 'us', 'github', 'r', now(), now(), false, true, 10, 'POST', '/', '[]', 1, '', '', 'expired'
       FROM generate_series(1, 1300) n`,
    );
    const { id, total } = await operations.plan('replay', {}, 'ada');
    expect(total).toBe(1300);
    await operations.start(id, 'ada');
    const first = runner();
    const running = first.runNext();
    await first.onModuleDestroy();
    await running;
    while (await runner().runNext());
    expect(await operations.get(id)).toMatchObject({ state: 'done', done: 1300 });
    expect([await countOf('stored_webhook'), await countOf('dead_letter')]).toEqual([1300, 0]);
  });

  it('what dies after the plan is not in it; what is cancelled stays', async () => {
    await saveDead('github:us:7', 1);
    const { id } = await operations.plan('replay', {}, 'ada');
    await saveDead('github:us:8', 1);
    await operations.start(id, 'ada');
    await runner().runNext();
    expect(await countOf('dead_letter')).toBe(1);
    const second = await operations.plan('replay', {}, 'ada');
    expect(await operations.cancel(second.id, 'bo')).toMatchObject({ state: 'cancelled' });
    expect(await operations.start(second.id, 'bo')).toBeUndefined();
    await expect(runner().runNext()).resolves.toBe(false);
    expect(await countOf('dead_letter')).toBe(1);
  });

  it('discard: dead letters leave, waiting ones leave a record', async () => {
    await saveDead('github:us:7', 2, 'expired');
    await saveDead('github:us:8', 1);
    await save('github:us:9', 2);
    for (const [kind, selection] of [
      ['discard_dead', { reason: 'expired' }],
      ['discard_waiting', { mailbox: 'github:us:9' }],
    ] as const) {
      const { id } = await operations.plan(kind, selection, 'ada');
      await operations.start(id, 'ada');
      await runner().runNext();
    }
    expect([await countOf('dead_letter'), await countOf('stored_webhook')]).toEqual([1, 0]);
    const { rows } = await database.pool.query(`SELECT outcome FROM delivery WHERE mailbox = 'github:us:9'`);
    expect(rows).toEqual([{ outcome: 'discarded' }, { outcome: 'discarded' }]);
  });

  it.each([
    ['ids', { ids: ['0'] }],
    ['a time', { since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' }],
    ['an integration', { integrationId: '8', provider: 'github' }],
  ])('selects by %s', async (_name, selection) => {
    await saveDead('github:us:7', 1);
    expect(await operations.plan('replay', selection, 'ada')).toMatchObject({ total: 0, sample: [] });
  });
});
