import { INTEGRATION_FEED_PATH } from '@switchyard/silo';
import { startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';

describe('what control tells of integrations', () => {
  let region: RegionKit;

  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  const tell = (body: unknown) =>
    region.deliver({ path: INTEGRATION_FEED_PATH, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const sealedOf = async (id: string) =>
    (await region.pool.query('SELECT provider, sealed FROM integration_secret WHERE integration_id = $1', [id]))
      .rows[0];

  it('is kept sealed, replaced, and forgotten', async () => {
    const told = { integrationId: '42', provider: 'gitlab', webhookSecrets: ['hunter2'] };
    expect((await tell(told)).status).toBe(204);
    const { provider, sealed } = await sealedOf('42');
    expect([provider, (sealed as Buffer).includes('hunter2')]).toEqual(['gitlab', false]);
    expect((await tell({ ...told, webhookSecrets: ['hunter3'] })).status).toBe(204);
    expect((await tell({ ...told, webhookSecrets: [] })).status).toBe(204);
    expect(await sealedOf('42')).toBeUndefined();
    expect((await tell({ integrationId: '42', provider: null, webhookSecrets: [] })).status).toBe(204);
  });

  it.each([
    ['no JSON', 'hunter2'],
    ['no id', { provider: 'gitlab', webhookSecrets: ['hunter2'] }],
    ['a strange id', { integrationId: '1; DROP', provider: 'gitlab', webhookSecrets: ['hunter2'] }],
    ['too many', { integrationId: '1', provider: 'gitlab', webhookSecrets: Array(6).fill('hunter2') }],
    ['something else', { integrationId: '1', provider: 'gitlab', webhookSecrets: ['hunter2'], more: 1 }],
  ])('%s is 400, and no word of it is told or logged', async (_name, body) => {
    const answer = await tell(body);
    expect(answer).toMatchObject({ status: 400, text: '{"error":"bad_request"}' });
    expect(JSON.stringify(region.logs)).not.toContain('hunter2');
  });

  it('nobody but the gateway may tell', async () => {
    const body = Buffer.from('{"integrationId":"1","provider":"gitlab","webhookSecrets":["x"]}');
    expect((await region.send({ method: 'POST', path: INTEGRATION_FEED_PATH, body })).status).toBe(401);
    expect(await sealedOf('1')).toBeUndefined();
  });
});
