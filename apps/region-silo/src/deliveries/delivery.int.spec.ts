import { holdTable, waitForLockWaits } from '../testing/database-locks';
import { githubRequest, pushPayload } from '../testing/github-requests';
import { startRegion } from '../testing/region-kit';
import type { KitRequest, RegionKit } from '../testing/region-kit';

describe('a delivery takes effect once', () => {
  let region: RegionKit;

  beforeEach(async () => {
    region = await startRegion();
  });

  afterEach(() => region.close());

  const push = (deliveryId: string, rest: KitRequest & { guid?: string; sha?: string } = {}) => {
    const { guid, sha, ...others } = rest;
    const headers: Record<string, string> = guid === undefined ? {} : { 'x-github-delivery': guid };
    return githubRequest('push', pushPayload({ sha }), { deliveryId, ...others, headers });
  };

  const commits = async (): Promise<string[]> =>
    (await region.admin('commits')).items.map(({ sha }) => String(sha)).sort();

  it('is recorded with its facts, and its changes are made', async () => {
    await region.deliver(push('d1', { guid: 'g1' }));
    const { items } = await region.admin('deliveries');
    expect(items).toEqual([
      {
        deliveryId: 'd1',
        providerDeliveryId: 'g1',
        provider: 'github',
        view: 'webhook',
        eventType: 'push',
        integrationId: '17',
        bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        bodyBytes: JSON.stringify(pushPayload()).length,
        receivedAt: '2026-01-01T00:00:00.000Z',
        handledAt: '2026-01-01T00:00:00.000Z',
        outcome: 'handled',
        status: 204,
      },
    ]);
    expect(await commits()).toHaveLength(1);
  });

  it('a repeat is answered as before and changes nothing, whatever it carries', async () => {
    await region.deliver(push('d1', { guid: 'g1' }));
    const answer = await region.deliver(push('d1', { guid: 'g2', sha: 'd'.repeat(40) }));
    expect(answer.status).toBe(204);
    expect(await commits()).toEqual(['a'.repeat(40)]);
    expect(await region.records()).toHaveLength(1);
  });

  it('a repeat is answered as before even if it would be refused today', async () => {
    await region.deliver(push('d1'));
    const broken = githubRequest('push', Buffer.from('{}'), { deliveryId: 'd1' });
    expect((await region.deliver(broken)).status).toBe(204);
    expect(await region.records()).toEqual([expect.objectContaining({ outcome: 'handled' })]);
  });

  it('the same event under another delivery id changes nothing and is recorded as a duplicate', async () => {
    await region.deliver(push('d1', { guid: 'g1' }));
    expect((await region.deliver(push('d2', { guid: 'g1', sha: 'd'.repeat(40) }))).status).toBe(204);
    expect((await region.deliver(push('d2', { guid: 'g1', sha: 'd'.repeat(40) }))).status).toBe(204);
    expect(await commits()).toEqual(['a'.repeat(40)]);
    expect(await region.records()).toEqual([
      expect.objectContaining({ delivery_id: 'd1', outcome: 'handled' }),
      expect.objectContaining({ delivery_id: 'd2', outcome: 'duplicate', status: 204 }),
    ]);
  });

  it("the same id of another integration's event is another event", async () => {
    await region.deliver(push('d1', { guid: 'g1' }));
    await region.deliver(push('d2', { guid: 'g1', integrationId: '18' }));
    expect(await commits()).toHaveLength(2);
  });

  it('a refusal does not keep the mended event out, nor the mended delivery', async () => {
    const broken = githubRequest('push', Buffer.from('{}'), {
      deliveryId: 'd1',
      headers: { 'x-github-delivery': 'g1' },
    });
    expect((await region.deliver(broken)).status).toBe(400);
    expect((await region.deliver(broken)).status).toBe(400);
    expect((await region.deliver(push('d1', { guid: 'g1' }))).status).toBe(204);
    expect(await region.records()).toEqual([expect.objectContaining({ delivery_id: 'd1', outcome: 'handled' })]);
    expect(await commits()).toHaveLength(1);
  });

  it('an event that nobody handles is recorded as ignored', async () => {
    const answer = await region.deliver(githubRequest('star', { action: 'created' }, { deliveryId: 'd1' }));
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(await region.records()).toEqual([expect.objectContaining({ outcome: 'ignored', status: 204 })]);
  });

  it('a failing change leaves nothing: 500, no record; the repeat does the work', async () => {
    await region.pool.query("ALTER TABLE repository_commit ADD CONSTRAINT broken CHECK (message <> 'Mend the gate')");
    expect(await region.deliver(push('d1', { guid: 'g1' }))).toMatchObject({
      status: 500,
      text: '{"error":"unexpected"}',
    });
    expect(await region.records()).toEqual([]);
    expect((await region.pool.query('SELECT FROM repository')).rowCount).toBe(0);
    expect(region.logs).toContainEqual(expect.objectContaining({ event: 'delivery.failed', delivery_id: 'd1' }));

    expect(JSON.stringify(region.logs)).not.toContain('Mend the gate');

    await region.pool.query('ALTER TABLE repository_commit DROP CONSTRAINT broken');
    expect((await region.deliver(push('d1', { guid: 'g1' }))).status).toBe(204);
    expect(await commits()).toHaveLength(1);
  });

  it('a connection killed between the record and the change leaves nothing; the repeat does the work', async () => {
    const release = await holdTable(region.pool, 'repository');
    const answer = region.deliver(push('d1'));
    const [pid] = await waitForLockWaits(region.pool, 1);
    await region.pool.query('SELECT pg_terminate_backend($1)', [pid]);
    expect((await answer).status).toBe(500);
    await release();
    expect(await region.records()).toEqual([]);
    expect((await region.deliver(push('d1'))).status).toBe(204);
    expect(await commits()).toHaveLength(1);
  });

  it('two repeats at once: one does the work, the other waits and is answered the same', async () => {
    const release = await holdTable(region.pool, 'repository');
    const answers = [region.deliver(push('d1')), region.deliver(push('d1'))];
    await waitForLockWaits(region.pool, 2);
    await release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 204]);
    expect(await region.records()).toHaveLength(1);
    expect(
      region.logs
        .map(({ outcome }) => outcome)
        .filter(Boolean)
        .sort(),
    ).toEqual(['duplicate', 'handled']);
  });

  it('two repeats at once, the first of which fails: the second does the work', async () => {
    const release = await holdTable(region.pool, 'repository');
    const answers = [region.deliver(push('d1'))];
    const [pid] = await waitForLockWaits(region.pool, 1);
    answers.push(region.deliver(push('d1')));
    await waitForLockWaits(region.pool, 2);
    await region.pool.query('SELECT pg_terminate_backend($1)', [pid]);
    await release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([500, 204]);
    expect(await commits()).toHaveLength(1);
  });

  it('twenty copies of one event under ids of their own: it takes effect once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => region.deliver(push(`d${index}`, { guid: 'g1' }))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const outcomes = (await region.records()).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'handled')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(19);
  });

  it('is finished and answered when the app is stopped meanwhile', async () => {
    const release = await holdTable(region.pool, 'repository');
    const answer = region.deliver(push('d1'));
    await waitForLockWaits(region.pool, 1);
    const stopped = region.stop();
    await release();
    expect((await answer).status).toBe(204);
    await stopped;
    expect(await region.records()).toHaveLength(1);
  });

  it('counts what came in by what became of it', async () => {
    await region.deliver(push('d1'));
    await region.deliver(push('d1'));
    const { text } = await region.send({ method: 'GET', path: '/metrics' });
    expect(text).toMatch(/switchyard_region_deliveries_total\{provider="github",view="webhook",outcome="handled"\} \d/);
    expect(text).toMatch(/switchyard_region_delivery_duplicates_total\{provider="github",kind="delivery"\} \d/);
  });
});
