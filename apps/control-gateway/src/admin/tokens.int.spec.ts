import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

let gateway: GatewayKit;
beforeAll(async () => {
  gateway = await startGateway();
}, 30_000);
afterAll(() => gateway.close());

const as = (token: unknown) => ({ authorization: `Bearer ${String(token)}` });
const make = async (name: string, scope: string) => {
  const { status, json } = await gateway.admin('POST', 'tokens', { name, scope });
  expect(status).toBe(201);
  return json as { id: string; token: string };
};
const mapping = { slug: 'acme', name: 'Acme', region: 'us' };
const integration = { name: 'gh', secrets: { webhookSecrets: ['hunter2'] } };

describe('the audit log', () => {
  it('has a line for what was changed in the directory, none for what was said twice, and no secret', async () => {
    const put = (path: string, body: unknown) => gateway.admin('PUT', path, body, { 'x-switchyard-actor': 'ada' });
    await put('mappings/71', { ...mapping, slug: 'seventy-one' });
    await put('integrations/github/71', integration);
    await put('installations/github/71/71', {});
    await put('installations/github/71/71', {});
    await put('integrations/github/71', { ...integration, name: 'another' });
    const { json, text } = await gateway.admin('GET', 'audit?limit=4');
    const actor = 'admin-token (on behalf of ada)';
    expect(json).toMatchObject({
      items: [
        { actor, action: 'integration_put', subject: 'integration github 71', detail: { fields: ['name'] } },
        { actor, action: 'installation_put', subject: 'installation github 71 71', detail: { isCreated: true } },
        { actor, action: 'integration_put', subject: 'integration github 71', detail: { isCreated: true } },
        { actor, action: 'mapping_put', subject: 'mapping 71', detail: { isCreated: true } },
      ],
    });
    expect(text).not.toContain('hunter2');
  });

  it('has pages', async () => {
    for (const id of [81, 82, 83]) await gateway.admin('PUT', `mappings/${id}`, { ...mapping, slug: `s-${id}` });
    const first = (await gateway.admin('GET', 'audit?limit=2')).json;
    expect(first).toMatchObject({ items: [{ subject: 'mapping 83' }, { subject: 'mapping 82' }] });
    const second = (await gateway.admin('GET', `audit?limit=1&after=${String(first?.['next'])}`)).json;
    expect(second).toMatchObject({ items: [{ subject: 'mapping 81' }] });
  });
});

describe('personal tokens', () => {
  it('are shown once, listed without themselves, and revoked', async () => {
    const { id, token } = await make('of-ada', 'viewer');
    const listed = await gateway.admin('GET', 'tokens?limit=1');
    expect(listed.json).toMatchObject({ items: [{ id, name: 'of-ada', scope: 'viewer', createdBy: 'admin-token' }] });
    expect(listed.text).not.toContain(token);
    expect((await gateway.admin('GET', 'mappings', undefined, as(token))).status).toBe(200);
    expect((await gateway.admin('DELETE', `tokens/${id}`)).status).toBe(204);
    expect((await gateway.admin('GET', 'mappings', undefined, as(token))).status).toBe(401);
    expect((await gateway.admin('DELETE', `tokens/${id}`)).json).toMatchObject({ error: 'not_found' });
  });

  it.each([
    ['viewer', 'GET', 'mappings', undefined, 200],
    ['viewer', 'POST', 'explain', { path: '/extensions/github/webhook/' }, 200],
    ['viewer', 'PUT', 'mappings/1', mapping, 403],
    ['operator', 'PUT', 'mappings/1', mapping, 201],
    ['operator', 'PUT', 'integrations/github/1', integration, 403],
    ['operator', 'GET', 'tokens', undefined, 403],
    ['operator', 'POST', 'tokens', { name: 'more', scope: 'admin' }, 403],
    ['admin', 'PUT', 'integrations/github/1', integration, 201],
    ['admin', 'GET', 'tokens', undefined, 200],
  ])('%s: %s %s', async (scope, method, path, body, status) => {
    const { id, token } = await make(`the-${scope}`, scope);
    const answer = await gateway.admin(method, path, body, as(token));
    await gateway.admin('DELETE', `tokens/${id}`);
    expect(answer.status).toBe(status);
    if (status === 403) {
      const wanted = path.startsWith('mappings') ? 'operator' : 'admin';
      expect(answer.json).toEqual({
        error: 'forbidden',
        detail: `this needs the scope ${wanted}, and the-${scope} has ${scope}`,
      });
    }
  });

  it.each([
    ['no name', { scope: 'viewer' }],
    ['a name with a line break', { name: 'a\nb', scope: 'viewer' }],
    ['a scope that is none', { name: 'a', scope: 'root' }],
    ['no end', { name: 'a', scope: 'viewer', expiresInDays: 4_000 }],
  ])('with %s are not made', async (_what, body) => {
    expect((await gateway.admin('POST', 'tokens', body)).json).toMatchObject({ error: 'bad_request' });
  });

  it('with a name that is taken are not made', async () => {
    await make('taken', 'viewer');
    const { status, json } = await gateway.admin('POST', 'tokens', { name: 'TAKEN', scope: 'viewer' });
    expect([status, json?.['error']]).toEqual([409, 'conflict']);
  });

  it('act under their own name: the header adds for whom, and a forged one is nothing', async () => {
    const { token } = await make('ci', 'operator');
    const header = { ...as(token), 'x-switchyard-actor': 'admin-token' };
    await gateway.admin('PUT', 'holds/region/us', { reason: 'moving' }, header);
    await gateway.admin('DELETE', 'holds/region/us', undefined, as(token));
    const { json } = await gateway.admin('GET', 'audit?limit=2');
    expect(json).toMatchObject({
      items: [
        { action: 'release', actor: 'ci' },
        { action: 'hold', actor: 'ci (on behalf of admin-token)' },
      ],
      next: expect.any(String),
    });
  });
});
