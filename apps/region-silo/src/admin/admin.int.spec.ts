import { githubRequest, issuePayload, pushPayload } from '../testing/github-requests';
import { startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';

describe('the admin API of a region', () => {
  let region: RegionKit;

  beforeAll(async () => {
    region = await startRegion();
    for (let index = 0; index < 5; index++) {
      const sha = String(index).repeat(40);
      await region.deliver(githubRequest('push', pushPayload({ sha }), { deliveryId: `d${index}` }));
      // Two of the deliveries came in the same millisecond.
      if (index !== 2) region.clock.advance(1_000);
    }
    await region.deliver(githubRequest('issues', issuePayload('opened'), { deliveryId: 'd5' }));
  });

  afterAll(() => region.close());

  const get = (path: string, authorization?: string) =>
    region.send({ method: 'GET', path, headers: authorization === undefined ? {} : { authorization } });

  it.each([undefined, '', 'Bearer', 'Bearer guess', 'Basic admin-token-of-the-tests', 'admin-token-of-the-tests'])(
    'refuses %j',
    async (authorization) => {
      const answer = await get('/admin/api/deliveries', authorization);
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'unauthorized' });
    },
  );

  it.each([
    ['deliveries', 'deliveryId', ['d5', 'd4', 'd3', 'd2', 'd1', 'd0']],
    ['commits', 'sha', ['4', '3', '2', '1', '0'].map((digit) => digit.repeat(40))],
    ['external-issues', 'key', ['acme/gate#3']],
    ['pull-requests', 'number', []],
  ])('%s: page by page, the newest first, each once', async (list, field, expected) => {
    const seen: unknown[] = [];
    let after = '';
    for (;;) {
      const { items, next } = await region.admin(`${list}?limit=2${after}`);
      seen.push(...items.map((item) => item[field]));
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(seen).toEqual(expected);
  });

  it('deliveries of one provider', async () => {
    expect((await region.admin('deliveries?provider=slack')).items).toEqual([]);
    expect((await region.admin('deliveries?provider=github')).items).toHaveLength(6);
  });

  it.each([
    'deliveries?limit=0',
    'deliveries?limit=501',
    'deliveries?limit=many',
    'deliveries?after=gone',
    'deliveries?after=a%00b',
    'deliveries?provider=GitHub%27',
    'deliveries?limit=1&limit=2',
    'commits?after=x',
    'commits?after=99999999999999999999',
  ])('%s: 400', async (path) => {
    const answer = await get(`/admin/api/${path}`, 'Bearer admin-token-of-the-tests');
    expect({ status: answer.status, ...(JSON.parse(answer.text) as object) }).toMatchObject({
      status: 400,
      error: 'bad_query',
    });
  });

  it('has no way to write', async () => {
    const answer = await region.send({
      method: 'POST',
      path: '/admin/api/deliveries',
      headers: { authorization: 'Bearer admin-token-of-the-tests' },
    });
    expect(answer.status).toBe(404);
  });
});
