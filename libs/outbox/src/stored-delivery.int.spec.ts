import { randomBytes, randomUUID } from 'node:crypto';
import { FakeClock, systemClock } from '@switchyard/primitives';
import { RegionHealth } from '@switchyard/silo';
import { silentLogger } from '@switchyard/telemetry';
import { DeliveryHistoryService } from './delivery-history.service';
import { DrainScheduler } from './drain-scheduler';
import type { StoredWebhookStore } from './stored-webhook.store';
import { Sweeper } from './sweeper';
import { DeliveryKit, testSettings } from './testing';
import type { RegionStandIn } from './testing';

/** Looks while a request is under way. */
async function untilReceived<Result>(region: RegionStandIn, look: () => Promise<Result>): Promise<Result> {
  while (region.received.length === 0) await new Promise(setImmediate);
  return look();
}

describe.each([
  ['one by one', false],
  ['in batches', true],
])('stored delivery, %s', (_name, takesBatches) => {
  let kit: DeliveryKit;
  let us: RegionStandIn;
  let de: RegionStandIn;
  let store: StoredWebhookStore;

  beforeEach(async () => {
    kit = await DeliveryKit.start(takesBatches);
    ({ us, de, store } = kit);
  });
  afterEach(() => kit.close());

  const drainWith: DeliveryKit['drainWith'] = (overrides) => kit.drainWith(overrides);
  const save: DeliveryKit['save'] = (mailbox, bodies, more) => kit.save(mailbox, bodies, more);
  const rowsOf = async (mailbox: string) => (await kit.attempts(mailbox)).map((attempts) => ({ attempts }));
  const outcomes = async () =>
    (await kit.pool.query('SELECT outcome, status FROM delivery ORDER BY stored_webhook_id')).rows;
  const deadLetters = async () => (await kit.pool.query('SELECT reason, status FROM dead_letter')).rows;
  const makeDue = () => kit.endBackoffs();

  it('D11: delivers a mailbox in order, byte for byte, and leaves it empty with a record of each', async () => {
    const binary = randomBytes(3000);
    await save('github:us:7', ['one', '', binary, 'four']);
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
    expect(us.received.map(({ body }) => body)).toEqual([
      Buffer.from('one'),
      Buffer.alloc(0),
      binary,
      Buffer.from('four'),
    ]);
    expect(us.received[0]).toMatchObject({
      path: '/extensions/github/webhook/?a=%20b',
      headers: { authorization: 'Bearer secret', 'x-gateway-verified': '1', 'x-gateway-integration': '7' },
    });
    expect(await rowsOf('github:us:7')).toEqual([]);
    expect(await outcomes()).toEqual(Array(4).fill({ outcome: 'delivered', status: 200 }));
  });

  it('keeps neither the body nor credentials readable at rest', async () => {
    await save('github:us:7', ['the hunter2 body'], { headers: ['Authorization', 'Bearer hunter2'] });
    const { rows } = await kit.pool.query('SELECT stored_webhook::text AS row FROM stored_webhook');
    expect(rows[0].row).not.toContain('hunter2');
    expect(rows[0].row).not.toContain(Buffer.from('hunter2').toString('hex'));
  });

  it('D8: a mailbox that is not there is empty, and nobody is called', async () => {
    await expect(kit.drainWith().run('github:us:8')).resolves.toBe('empty');
    expect([us.received.length, kit.de.received.length]).toEqual([0, 0]);
  });

  it('D10: stops at the first failure: 200 then 500 of five', async () => {
    us.answer = (_delivery, index) => (index === 0 ? 200 : 500);
    await save('github:us:7', ['1', '2', '3', '4', '5']);
    await expect(drainWith().run('github:us:7')).resolves.toBe('failed');
    expect(us.bodies).toEqual(['1', '2']);
    expect(await rowsOf('github:us:7')).toEqual([{ attempts: 1 }, { attempts: 0 }, { attempts: 0 }, { attempts: 0 }]);
    const { rows } = await kit.pool.query(`SELECT due_at > now() + interval '4 min' AS is_later FROM mailbox`);
    expect(rows).toEqual([{ is_later: true }]);
  });

  it('sends nothing before the backoff is over, and goes on in order afterwards', async () => {
    us.answer = (_delivery, index) => (index === 0 ? 503 : 200);
    await save('github:us:7', ['1', '2', '3']);
    await drainWith().run('github:us:7');
    await expect(drainWith().run('github:us:7')).resolves.toBe('not_ours');
    expect(us.bodies).toEqual(['1']);
    await makeDue();
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '1', '2', '3']);
  });

  it('gives every attempt of one row the same delivery id, and another row another', async () => {
    us.answer = (_delivery, index) => (index === 0 ? 500 : 200);
    await save('github:us:7', ['1', '2']);
    await drainWith().run('github:us:7');
    await makeDue();
    await drainWith().run('github:us:7');
    const [first, again, second] = us.received.map(({ headers }) => headers['x-gateway-delivery']);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
  });

  it.each([
    [400, 'rejected_bad_request'],
    [401, 'rejected_unauthorized'],
    [403, 'rejected_forbidden'],
    [404, 'rejected_not_found'],
    [409, 'rejected_conflict'],
  ])('D17, D18: %i is one call and a dead letter that says so; the next row is delivered', async (status, outcome) => {
    us.answer = (_delivery, index) => (index === 0 ? status : 200);
    await save('github:us:7', ['1', '2']);
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '2']);
    expect(await deadLetters()).toEqual([{ reason: outcome, status }]);
    expect(await outcomes()).toEqual([
      { outcome, status },
      { outcome: 'delivered', status: 200 },
    ]);
  });

  it('rule: while a region hangs no connection is idle in a transaction, and no row or table is locked', async () => {
    us.answer = () => 'hang';
    await save('github:us:7', ['1', '2']);
    const run = drainWith({ timeoutMs: 2_000, claimMs: 5_000 }).run('github:us:7');
    const watched = await untilReceived(us, async () => {
      const others = `datname = current_database() AND pid <> pg_backend_pid()`;
      const { rows } = await kit.pool.query(
        `SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE ${others} AND state LIKE 'idle in transaction%') AS idle,
           (SELECT count(*)::int FROM pg_stat_activity WHERE ${others} AND backend_xid IS NOT NULL) AS transactions,
           (SELECT count(*)::int FROM pg_locks WHERE locktype IN ('relation', 'tuple') AND pid <> pg_backend_pid()
              AND relation IN ('stored_webhook'::regclass, 'mailbox'::regclass)) AS locks`,
      );
      return rows[0];
    });
    expect(watched).toEqual({ idle: 0, transactions: 0, locks: 0 });
    await expect(run).resolves.toBe('failed');
  });

  it('D24: a redirect is delivered and not followed', async () => {
    us.answer = () => 302;
    await save('github:us:7', ['1']);
    await drainWith().run('github:us:7');
    expect(await outcomes()).toEqual([{ outcome: 'delivered', status: 302 }]);
    expect(us.received).toHaveLength(1);
  });

  it.each(['hang', 0] as const)(
    'D16, D20: a region that answers %p costs an attempt and keeps the row',
    async (answer) => {
      us.answer = () => answer;
      await save('github:us:7', ['1']);
      await expect(drainWith({ timeoutMs: 100 }).run('github:us:7')).resolves.toBe('failed');
      expect(await rowsOf('github:us:7')).toEqual([{ attempts: 1 }]);
    },
  );

  it('D9: a region that is not configured keeps the row, with an attempt counted', async () => {
    await save('github:mars:7', ['1']);
    await expect(drainWith().run('github:mars:7')).resolves.toBe('failed');
    expect(await rowsOf('github:mars:7')).toEqual([{ attempts: 1 }]);
  });

  it('D14 [P]: the last attempt makes a dead letter, and there is never one more call', async () => {
    us.answer = () => 500;
    await save('github:us:7', ['1']);
    for (let attempt = 0; attempt < 12; attempt++) {
      await drainWith({ attemptsMax: 10 }).run('github:us:7');
      await makeDue();
    }
    expect(us.received).toHaveLength(10);
    expect(await deadLetters()).toEqual([{ reason: 'attempts_exceeded', status: 500 }]);
    expect(await rowsOf('github:us:7')).toEqual([]);
  });

  it('D22, W-23: what is too old is not sent, and the rows behind it are', async () => {
    await save('github:us:7', ['old', 'new']);
    await kit.pool.query(
      `UPDATE stored_webhook SET expires_at = now() - interval '1 s' WHERE id = (SELECT min(id) FROM stored_webhook)`,
    );
    await drainWith().run('github:us:7');
    expect(us.bodies).toEqual(['new']);
    expect(await deadLetters()).toEqual([{ reason: 'expired', status: null }]);
  });

  it('an expired ephemeral webhook leaves a record and no payload', async () => {
    await save('slack:us:7', ['direct message'], { maxAgeMs: 1 });
    await kit.pool.query(`UPDATE stored_webhook SET expires_at = now() - interval '1 s'`);
    await drainWith().run('slack:us:7');
    expect(await deadLetters()).toEqual([]);
    expect(await outcomes()).toEqual([{ outcome: 'expired', status: null }]);
  });

  it('a row that cannot be opened becomes a dead letter and blocks nobody', async () => {
    await save('github:us:7', ['altered', 'good']);
    await kit.pool.query(
      `UPDATE stored_webhook SET sealed = sealed || '\\x00' WHERE id = (SELECT min(id) FROM stored_webhook)`,
    );
    await drainWith().run('github:us:7');
    expect(us.bodies).toEqual(['good']);
    expect(await deadLetters()).toEqual([{ reason: 'unreadable', status: null }]);
  });

  it('D26: of many drains of one mailbox one works, and nothing is sent twice', async () => {
    const bodies = Array.from({ length: 120 }, (_, index) => String(index));
    await save('github:us:7', bodies);
    const ends = await Promise.all(Array.from({ length: 8 }, () => drainWith().run('github:us:7')));
    expect(us.bodies).toEqual(bodies);
    // A drain that comes when all is done finds nothing; the others are turned away.
    expect(ends.filter((end) => end !== 'not_ours' && end !== 'empty')).toEqual([]);
    expect(ends).toContain('not_ours');
  });

  it('a dead process: its claim ends by itself, the attempt stays counted, the order is kept', async () => {
    await save('github:us:7', ['1', '2', '3']);
    const taken = await kit.storeWith({ claimMs: 60_000 }).takeBatch('github:us:7', randomUUID());
    expect(taken).toHaveLength(3);
    await expect(drainWith().run('github:us:7')).resolves.toBe('not_ours');
    await kit.pool.query(`UPDATE mailbox SET claimed_until = now() - interval '1 ms'`);
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '2', '3']);
    const { rows } = await kit.pool.query('SELECT attempts FROM delivery ORDER BY stored_webhook_id');
    expect(rows).toEqual([{ attempts: 2 }, { attempts: 2 }, { attempts: 2 }]);
  });

  it('a row that killed its process is taken alone, so that its neighbours pay one attempt and no more', async () => {
    await save('github:us:7', ['1', '2', '3']);
    const crash = async () => {
      const taken = await store.takeBatch('github:us:7', randomUUID());
      await kit.pool.query(`UPDATE mailbox SET claimed_until = '-infinity'`);
      return taken.length;
    };
    expect([await crash(), await crash(), await crash()]).toEqual([3, 1, 1]);
    expect(await rowsOf('github:us:7')).toEqual([{ attempts: 3 }, { attempts: 1 }, { attempts: 1 }]);
  });

  it('D28: a drain that is told to stop gives the rest back, due at once and with no attempt counted', async () => {
    await save('github:us:7', ['1', '2', '3', '4']);
    const drain = drainWith({ batchRows: 2 });
    us.answer = () => {
      drain.stop();
      return 200;
    };
    await expect(drain.run('github:us:7')).resolves.toBe('stopped');
    // What is on its way is finished first: one request, however many it carries.
    expect(await rowsOf('github:us:7')).toEqual(Array(takesBatches ? 2 : 3).fill({ attempts: 0 }));
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
  });

  it('D5, D29: the sweeper finds due mailboxes of every region; one that is down holds up no other', async () => {
    us.answer = () => 500;
    await save('github:us:7', ['1', '2']);
    await save('github:de:7', ['1', '2']);
    const drain = drainWith();
    const scheduler = new DrainScheduler(drain, new RegionHealth(systemClock), testSettings, silentLogger);
    const sweeper = new Sweeper(store, scheduler, kit.partitionsWith(), testSettings, { next: () => 0 }, silentLogger);
    await expect(sweeper.sweep()).resolves.toBe(2);
    await scheduler.settled();
    expect(de.bodies).toEqual(['1', '2']);
    expect(us.bodies).toEqual(['1']);
    await expect(sweeper.sweep()).resolves.toBe(0);
    await scheduler.onModuleDestroy();
  });

  it('429: the region is left alone, no attempt is counted, nothing is overtaken', async () => {
    us.answer = () => 429;
    await save('github:us:7', ['1', '2']);
    await expect(drainWith().run('github:us:7')).resolves.toBe('postponed');
    expect(us.bodies).toEqual(['1']);
    expect(await rowsOf('github:us:7')).toEqual([{ attempts: 0 }, { attempts: 0 }]);
    await expect(store.dueMailboxes('', 10)).resolves.toEqual([]);
    us.answer = () => 200;
    await kit.pool.query(`UPDATE mailbox SET due_at = '-infinity'`);
    await expect(drainWith().run('github:us:7')).resolves.toBe('empty');
    expect(us.bodies).toEqual(['1', '1', '2']);
  });

  it('W-09 a region whose circuit is open is asked nothing, and one mailbox probes when it is time', async () => {
    const clock = new FakeClock();
    const health = new RegionHealth(clock, 16);
    for (let index = 0; index < 20; index += 1) {
      health.report('us', { kind: 'failure', failure: 'connect', detail: '' });
    }
    const names = ['github:us:1', 'github:us:2', 'github:us:3', 'github:de:1'];
    for (const name of names) await save(name, [name]);
    const scheduler = new DrainScheduler(drainWith(), health, testSettings, silentLogger);
    for (const name of names) scheduler.submit(name);
    await scheduler.settled();
    expect(us.bodies).toEqual([]);
    expect(de.bodies).toEqual(['github:de:1']);
    expect(scheduler.waitingCount).toBe(3);
    expect(await rowsOf('github:us:1')).toEqual([{ attempts: 0 }]);
    clock.advance(5_000);
    scheduler.submit('github:us:1');
    await scheduler.settled();
    expect(us.bodies).toHaveLength(3);
    await scheduler.onModuleDestroy();
  });

  it('D2: an empty table sweeps to nothing', async () => {
    await expect(store.dueMailboxes('', 10)).resolves.toEqual([]);
  });

  it('pages through due mailboxes in name order', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `github:us:${index}`);
    for (const name of names) await save(name, ['x']);
    const first = await store.dueMailboxes('', 4);
    const rest = await store.dueMailboxes(first.at(-1)?.name ?? '', 4);
    expect([...first, ...rest].map(({ name }) => name)).toEqual(names);
  });

  it('a request for two regions is two rows or none', async () => {
    const destinations = [
      { region: 'us', mailbox: 'github:us:7' },
      { region: 'de', mailbox: 'bad\0name' },
    ];
    await expect(save('github:us:7', ['x'], { destinations })).rejects.toThrow();
    await expect(store.dueMailboxes('', 10)).resolves.toEqual([]);
  });

  it('tells operators what waits and what became of the rest', async () => {
    us.answer = (_delivery, index) => [200, 404, 500][index] ?? 500;
    await save('github:us:7', ['1', '2', '3', '4'], { providerDeliveryId: 'guid-1' });
    await drainWith().run('github:us:7');
    const history = new DeliveryHistoryService(kit.pool);
    await expect(history.totals()).resolves.toEqual({ waiting: 2, delivered: 1, dead: 1 });
    await expect(history.mailboxes(10)).resolves.toMatchObject([
      { mailbox: 'github:us:7', waiting: 2, attempts: 1, isClaimed: false },
    ]);
    const records = await history.list({ providerDeliveryId: 'guid-1', limit: 10 });
    expect(records.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['rejected_not_found', 404],
      ['delivered', 200],
    ]);
    await expect(history.list({ outcome: 'delivered', limit: 10 })).resolves.toHaveLength(1);
  });
});
