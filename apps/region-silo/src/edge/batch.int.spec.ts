import { BATCH_PATH, encodeDeliveryBatch } from '@switchyard/silo';
import type { BatchItem } from '@switchyard/silo';
import { holdTable, waitForLockWaits } from '../testing/database-locks';
import { githubRequest, pushPayload } from '../testing/github-requests';
import { startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';

describe('batches of deliveries', () => {
  let region: RegionKit;

  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  let serial = 0;
  function item(changes: Partial<BatchItem> = {}, payload: unknown = undefined): BatchItem {
    serial += 1;
    const { headers = {}, body = '' } = githubRequest('push', payload ?? pushPayload({ sha: sha(serial) }));
    return {
      method: 'POST',
      pathAndQuery: '/extensions/github/webhook/',
      headers: Object.entries({ ...headers, 'x-github-delivery': `guid-${serial}` }).flat(),
      body: Buffer.from(body),
      integrationId: '17',
      isVerified: true,
      deliveryId: `w-${serial}`,
      ...changes,
    };
  }
  const sha = (index: number): string => index.toString(16).padStart(40, '0');

  async function send(items: readonly BatchItem[], terms: { budgetMs?: number; isStrict?: boolean } = {}) {
    const body = encodeDeliveryBatch({ budgetMs: 5_000, isStrict: true, ...terms }, items);
    const answer = await region.deliver({ path: BATCH_PATH, body });
    return { status: answer.status, ...(JSON.parse(answer.text) as { statuses?: number[]; error?: string }) };
  }
  const outcomesOf = async (items: readonly BatchItem[]) => {
    const byId = new Map((await region.records()).map((record) => [record.delivery_id, record.outcome]));
    return items.map(({ deliveryId }) => byId.get(deliveryId));
  };

  it('handles each as if it had come alone, in order', async () => {
    const items = [item(), item(), item()];
    expect(await send(items)).toEqual({ status: 200, statuses: [204, 204, 204] });
    expect(await outcomesOf(items)).toEqual(['handled', 'handled', 'handled']);
    const { rows } = await region.pool.query('SELECT sha FROM repository_commit WHERE sha = ANY ($1) ORDER BY sha', [
      [1, 2, 3].map((offset) => sha(serial - 3 + offset)),
    ]);
    expect(rows.map((row) => row.sha)).toEqual([sha(serial - 2), sha(serial - 1), sha(serial)]);
  });

  it('a bad item fails alone', async () => {
    const items = [
      item(),
      item({ body: Buffer.from('{"ref":') }),
      item({ pathAndQuery: '/extensions/nobody/' }),
      item(),
    ];
    expect(await send(items)).toEqual({ status: 200, statuses: [204, 401, 404, 204] });
  });

  it('one that was handled before changes nothing and is answered as before', async () => {
    const items = [item(), item()];
    await send(items);
    expect(await send([...items, item()])).toEqual({ status: 200, statuses: [204, 204, 204] });
    expect(await outcomesOf(items)).toEqual(['handled', 'handled']);
  });

  it.each([
    [true, [204, 405]],
    [false, [204, 405, 204]],
  ])('after one that must be tried again the rest waits, if order is strict: %s', async (isStrict, statuses) => {
    expect(await send([item(), item({ method: 'PUT' }), item()], { isStrict })).toEqual({ status: 200, statuses });
  });

  it('a slow one does not cost the others their answer, and is recognized when it comes again', async () => {
    const fast = item();
    const slow = item({}, pushPayload({ sha: sha(900), name: 'ada/slow' }));
    const last = item();
    const release = await holdTable(region.pool, 'repository');
    const sending = send([item({ pathAndQuery: '/extensions/nobody/' }), slow, last], { budgetMs: 400 });
    await waitForLockWaits(region.pool, 1);
    expect(await sending).toEqual({ status: 200, statuses: [404] });
    await release();
    expect(await send([fast, slow, last])).toEqual({ status: 200, statuses: [204, 204, 204] });
    const { rows } = await region.pool.query('SELECT count(*)::int AS count FROM repository_commit WHERE sha = $1', [
      sha(900),
    ]);
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('a budget that is spent on the first one is a 504 for it', async () => {
    const slow = item();
    const release = await holdTable(region.pool, 'webhook_delivery');
    expect(await send([slow, item()], { budgetMs: 50 })).toEqual({ status: 200, statuses: [504] });
    await release();
    expect(await send([slow])).toEqual({ status: 200, statuses: [204] });
  });

  it('bytes that are no batch are 400', async () => {
    const answer = await region.deliver({ path: BATCH_PATH, body: 'nonsense' });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('bad_batch') });
  });

  it('only the gateway may send one', async () => {
    const body = encodeDeliveryBatch({ budgetMs: 1, isStrict: true }, [item()]);
    expect(await region.send({ method: 'POST', path: BATCH_PATH, body })).toMatchObject({ status: 401 });
    const tampered = await region.deliver({
      path: BATCH_PATH,
      body,
      tamper: (headers) => ({ ...headers, 'x-gateway-signature': `v1=${'0'.repeat(64)}` }),
    });
    expect(tampered.status).toBe(401);
  });
});
