import { signGithubWebhook } from '@switchyard/parsers';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const SECRET = 'github-app-secret';

describe('organizations', () => {
  let gateway: GatewayKit;
  let integrationId: string;

  beforeEach(async () => {
    gateway = await startGateway({
      SWITCHYARD_GITHUB_WEBHOOK_SECRETS: SECRET,
      SWITCHYARD_DELIVERY_BACKOFF_MS: '600000',
      SWITCHYARD_INGEST_DUPLICATE_WINDOW_S: '0',
    });
    await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
    await gateway.admin('PUT', 'integrations/github/7', { name: 'acme' });
    await gateway.admin('PUT', 'installations/github/7/1', {});
    integrationId = String((await gateway.admin('GET', 'integrations/github/7')).json?.['id']);
  }, 30_000);
  afterEach(() => gateway.close());

  async function push(): Promise<void> {
    const body = JSON.stringify({ installation: { id: 7 }, repository: { id: 15 } });
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': signGithubWebhook(Buffer.from(body), SECRET),
    };
    expect((await gateway.send('/extensions/github/webhook/', { headers, body })).status).toBe(202);
  }
  const items = async (path: string): Promise<Record<string, unknown>[]> =>
    (await gateway.admin('GET', path)).json?.['items'] as Record<string, unknown>[];
  const held = async () => (await items('holds')).map(({ scope, value }) => `${String(scope)} ${String(value)}`);
  const move = (region: string) => gateway.admin('PUT', 'organizations/1/move', { region });
  const finish = () => gateway.admin('POST', 'organizations/1/move/finish');
  const settle = () =>
    gateway.database.pool.query(`UPDATE organization_move SET switched_at = switched_at - interval '31 s'`);

  it('one that is held has all its integrations held, and gets them back', async () => {
    expect((await gateway.admin('PUT', 'holds/organization/1', { reason: 'audit' })).status).toBe(204);
    expect(await held()).toEqual([`integration github:${integrationId}`, 'organization 1']);
    expect((await gateway.admin('DELETE', 'holds/organization/1')).status).toBe(204);
    expect(await held()).toEqual([]);
    expect((await gateway.admin('DELETE', 'holds/organization/1')).status).toBe(404);
    expect((await gateway.admin('PUT', 'holds/organization/acme', { reason: 'x' })).status).toBe(400);
  });

  it('a hold of an integration that was there before outlives that of its organization', async () => {
    await gateway.admin('PUT', `holds/integration/github:${integrationId}`, { reason: 'mine' });
    await gateway.admin('PUT', 'holds/organization/1', { reason: 'audit' });
    await gateway.admin('DELETE', 'holds/organization/1');
    expect(await held()).toEqual([`integration github:${integrationId}`]);
  });

  it('what was stored before a move goes to the old region, what comes afterwards waits for its end', async () => {
    await gateway.admin('PUT', 'holds/region/us', { reason: 'so that something waits' });
    await push();
    expect((await move('de')).json).toMatchObject({ fromRegion: 'us', toRegion: 'de', state: 'settling' });
    expect((await gateway.admin('GET', 'mappings/1')).json).toMatchObject({ region: 'de', slug: 'acme' });
    await push();
    expect((await items('waiting')).map(({ region, attempts }) => [region, attempts])).toEqual([
      ['de', 0],
      ['us', 0],
    ]);
    expect(await held()).toEqual([`integration_region github:de:${integrationId}`, 'region us']);

    expect((await finish()).status).toBe(409);
    await settle();
    expect((await gateway.admin('GET', 'organizations/1/move')).json).toMatchObject({ state: 'draining', waiting: 1 });
    const refused = await finish();
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('1 webhooks')]);

    await gateway.database.pool.query(`DELETE FROM stored_webhook WHERE region = 'us'`);
    expect((await gateway.admin('GET', 'organizations/1/move')).json).toMatchObject({ state: 'drained', waiting: 0 });
    expect((await finish()).json).toMatchObject({ state: 'finished' });
    expect(await held()).toEqual(['region us']);
    expect((await finish()).json).toMatchObject({ state: 'finished' });
  });

  it('a move that broke off is gone on with; another one at the same time is refused', async () => {
    await move('de');
    await gateway.database.pool.query('UPDATE organization_move SET switched_at = NULL');
    await gateway.database.pool.query('DELETE FROM hold');
    expect((await move('de')).json).toMatchObject({ state: 'settling' });
    expect(await held()).toEqual([`integration_region github:de:${integrationId}`]);
    expect((await move('us')).status).toBe(409);
    await settle();
    expect((await finish()).status).toBe(200);
    expect((await move('de')).status).toBe(409);
    expect((await move('us')).json).toMatchObject({ fromRegion: 'de', toRegion: 'us' });
  });

  it('two that share an integration: the first to finish does not end the hold of the other', async () => {
    await gateway.admin('PUT', 'mappings/2', { slug: 'beta', name: 'Beta', region: 'us' });
    await gateway.admin('PUT', 'installations/github/7/2', {});
    await move('de');
    await gateway.admin('PUT', 'organizations/2/move', { region: 'de' });
    await settle();
    expect((await finish()).status).toBe(200);
    expect(await held()).toEqual([`integration_region github:de:${integrationId}`]);
    expect((await gateway.admin('POST', 'organizations/2/move/finish')).status).toBe(200);
    expect(await held()).toEqual([]);
  });

  it.each([
    ['PUT', 'organizations/99/move', { region: 'de' }, 404],
    ['PUT', 'organizations/1/move', { region: 'mars' }, 400],
    ['PUT', 'organizations/1/move', { region: 'us' }, 409],
    ['GET', 'organizations/1/move', undefined, 404],
    ['POST', 'organizations/1/move/finish', undefined, 404],
  ])('%s %s %j: %i', async (method, path, body, status) => {
    expect((await gateway.admin(method, path, body)).status).toBe(status);
    expect((await gateway.database.pool.query('SELECT FROM organization_move')).rowCount).toBe(0);
  });

  it('deliveries are found by organization', async () => {
    await push();
    await gateway.database.pool.query('DELETE FROM hold');
    const plan = await gateway.admin('POST', 'operations', { kind: 'discard_waiting', selection: {} });
    await gateway.admin('POST', `operations/${String(plan.json?.['id'])}/start`);
    const endsAt = performance.now() + 10_000;
    while ((await items('deliveries?organizationId=1')).length === 0) {
      if (performance.now() > endsAt) throw new Error('nothing was found in time');
    }
    expect(await items('deliveries?organizationId=2')).toEqual([]);
    expect(await items(`deliveries?organizationId=1&integrationId=${integrationId}`)).toHaveLength(1);
    expect(await items('deliveries?integrationId=999')).toEqual([]);
  });
});
