import { DeliveryHistoryService } from './delivery-history.service';
import type { OperationKind } from './operations/operation';
import { OperationService } from './operations/operation.service';
import type { Selection } from './operations/selection';
import { DeliveryKit } from './testing';

const DAY_MS = 86_400_000;
const US = 'github:us:7';
const DE = 'github:de:7';

describe('history', () => {
  let kit: DeliveryKit;
  const keeping = { payloadDays: { us: 2 }, retentionDays: 7 };

  beforeEach(async () => {
    kit = await DeliveryKit.start(true);
  });
  afterEach(() => kit.close());

  const countOf = async (table: string): Promise<number> =>
    (await kit.pool.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`)).rows[0]?.count ?? -1;
  const partitionsOf = async (parent: string): Promise<string[]> =>
    (
      await kit.pool.query<{ name: string }>(
        `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
         WHERE inhparent = to_regclass($1) ORDER BY relname`,
        [parent],
      )
    ).rows.map(({ name }) => name);
  const payloadTable = async (region: string): Promise<string> =>
    (await kit.pool.query<{ name: string }>('SELECT payload_table($1) AS name', [region])).rows[0]?.name ?? '';

  async function deliver(mailbox: string, bodies: readonly string[], more = {}): Promise<void> {
    await kit.save(mailbox, bodies, more);
    await kit.drainWith(keeping).run(mailbox);
  }

  async function run(kind: OperationKind, selection: Selection, targetRegion?: string) {
    const operations = new OperationService(kit.pool);
    const plan = await operations.plan(kind, selection, 'ada', targetRegion);
    await operations.start(plan.id, 'ada');
    await kit.runnerWith(keeping).runNext();
    return { plan, done: (await operations.get(plan.id))?.done };
  }

  describe('partitions', () => {
    const now = Date.UTC(2030, 0, 10, 12);
    const at = (day: number) => new Date(Date.UTC(2030, 0, day, 6));

    it('days to come have theirs; twice is once', async () => {
      await kit.partitionsWith(keeping, now).maintain();
      await Promise.all([1, 2, 3].map(() => kit.partitionsWith(keeping, now).maintain()));
      const names = (await partitionsOf('delivery')).filter((name) => name.includes('_2030'));
      expect(names).toEqual(['delivery_20300110', 'delivery_20300111', 'delivery_20300112', 'delivery_20300113']);
      expect((await partitionsOf(await payloadTable('us'))).filter((name) => name.includes('_2030'))).toHaveLength(4);
    });

    it('days leave whole when their time is over, by region for payloads', async () => {
      await kit.partitionsWith(keeping, now).maintain();
      await deliver(US, ['1']);
      await kit.pool.query('UPDATE delivery SET finished_at = $1', [at(10)]);
      await kit.pool.query('UPDATE delivery_payload SET finished_at = $1', [at(10)]);
      expect([await countOf('delivery_20300110'), await countOf('delivery_payload')]).toEqual([1, 1]);
      await kit.partitionsWith(keeping, now + 2 * DAY_MS).maintain();
      expect(await countOf('delivery_payload')).toBe(1);
      await kit.partitionsWith(keeping, now + 3 * DAY_MS).maintain();
      expect([await countOf('delivery'), await countOf('delivery_payload')]).toEqual([1, 0]);
      await kit.partitionsWith(keeping, now + 7 * DAY_MS).maintain();
      expect(await countOf('delivery')).toBe(1);
      await kit.partitionsWith(keeping, now + 8 * DAY_MS).maintain();
      expect(await countOf('delivery')).toBe(0);
      expect(await partitionsOf('delivery')).not.toContain('delivery_20300110');
    });

    it('a day that nobody prepared lies in the default partition, and leaves with its time', async () => {
      await deliver(US, ['1']);
      await kit.pool.query('UPDATE delivery SET finished_at = $1', [at(10)]);
      expect(await countOf('delivery_default')).toBe(1);
      await kit.partitionsWith(keeping, now).maintain();
      expect(await countOf('delivery')).toBe(1);
      await kit.partitionsWith(keeping, now + 8 * DAY_MS).maintain();
      expect(await countOf('delivery')).toBe(0);
    });

    it('a region whose payloads are not kept any more loses what it has', async () => {
      await kit.partitionsWith(keeping).maintain();
      await deliver(US, ['1']);
      await kit.partitionsWith({ ...keeping, payloadDays: {} }, Date.now() + DAY_MS).maintain();
      expect(await countOf('delivery_payload')).toBe(0);
    });

    it('a database that cannot be asked costs nobody anything', async () => {
      await kit.pool.query('ALTER TABLE delivery RENAME TO elsewhere');
      await expect(kit.partitionsWith().maintain()).resolves.toBe(0);
    });
  });

  describe('payloads', () => {
    it('are kept for the regions that say so, sealed, and never of ephemeral ones', async () => {
      await kit.partitionsWith(keeping).maintain();
      await deliver(US, ['the hunter2 body']);
      await deliver(DE, ['x']);
      await deliver(US, ['y'], { maxAgeMs: 60_000 });
      const { rows } = await kit.pool.query('SELECT region, delivery_payload::text AS row FROM delivery_payload');
      expect(rows).toEqual([{ region: 'us', row: expect.any(String) }]);
      expect(rows[0].row).not.toContain('hunter2');
      expect(rows[0].row).not.toContain(Buffer.from('hunter2').toString('hex'));
    });
  });

  describe('replay', () => {
    beforeEach(() => kit.partitionsWith(keeping).maintain());

    it('of what was delivered: in order, as it was, with delivery ids of its own', async () => {
      await deliver(US, ['1', '2', '3']);
      await deliver(DE, ['4']);
      const { plan, done } = await run('replay_delivered', {});
      expect([plan.total, done]).toEqual([3, 3]);
      await kit.drainWith(keeping).run(US);
      expect(kit.us.bodies).toEqual(['1', '2', '3', '1', '2', '3']);
      const [first, , , again] = kit.us.received;
      expect(again?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-gateway-verified': '1' });
      expect(again?.path).toBe(first?.path);
      expect(again?.headers['x-gateway-delivery']).not.toBe(first?.headers['x-gateway-delivery']);
    });

    it('to another region, of what was delivered and of what is dead', async () => {
      await deliver(US, ['1']);
      kit.us.answer = () => 409;
      await deliver(US, ['2']);
      expect((await run('replay_delivered', { region: 'us' }, 'de')).done).toBe(1);
      expect((await run('replay', { region: 'us' }, 'de')).done).toBe(1);
      await expect(kit.drainWith(keeping).run(DE)).resolves.toBe('empty');
      expect(kit.de.bodies).toEqual(['1', '2']);
      expect(await countOf('dead_letter')).toBe(0);
    });

    it('twice: what was moved to another region can be moved back', async () => {
      kit.us.answer = () => 409;
      kit.de.answer = () => 409;
      await deliver(US, ['1']);
      await run('replay', {}, 'de');
      await kit.drainWith(keeping).run(DE);
      await run('replay', {}, 'us');
      kit.us.answer = () => 200;
      await expect(kit.drainWith(keeping).run(US)).resolves.toBe('empty');
      expect(kit.us.bodies).toEqual(['1', '1']);
    });

    it('selects by time, reason and integration', async () => {
      await deliver(US, ['1']);
      await deliver(US, ['2'], { integrationId: '8' });
      expect((await run('replay_delivered', { integrationId: '8' })).plan.total).toBe(1);
      const since = new Date(Date.now() + DAY_MS).toISOString();
      expect((await run('replay_delivered', { since })).plan.total).toBe(0);
    });
  });

  it('is searched by integration, region, mailbox, outcome, time and delivery id of the provider', async () => {
    await deliver(US, ['1'], { providerDeliveryId: 'guid-1' });
    await deliver(DE, ['2'], { integrationId: '8' });
    const history = new DeliveryHistoryService(kit.pool);
    const found = async (filter: object) => (await history.list({ limit: 10, ...filter })).length;
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
    expect(await found({})).toBe(2);
    expect(await found({ integrationIds: ['8'] })).toBe(1);
    expect(await found({ integrationIds: ['7', '8'] })).toBe(2);
    expect(await found({ integrationIds: [] })).toBe(0);
    expect(await found({ providerDeliveryId: 'guid-1' })).toBe(1);
    expect(await found({ mailbox: DE })).toBe(1);
    expect(await found({ outcome: 'expired' })).toBe(0);
    expect(await found({ since: tomorrow })).toBe(0);
    expect(await found({ until: tomorrow, region: 'us' })).toBe(1);
  });
});
