import { KIT_TOKEN as TOKEN, startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

let gateway: GatewayKit;
let origin: string;

beforeAll(async () => {
  gateway = await startGateway();
  ({ origin } = gateway);
}, 30_000);
afterAll(() => gateway.close());

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  gateway.admin(method, path, body, headers);

const acme = { slug: 'acme', name: 'Acme', region: 'us' };

describe('the admin token', () => {
  it.each([
    ['none', {}],
    ['another', { authorization: 'Bearer nonsense' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty one', { authorization: 'Bearer ' }],
  ])('%s: 401 that says how, and is counted', async (_what, headers) => {
    const response = await fetch(`${origin}/admin/api/mappings`, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect(await response.json()).toMatchObject({ error: 'unauthorized' });
    expect(await (await fetch(`${origin}/metrics`)).text()).toMatch(
      /switchyard_admin_refusals_total\{reason="\w+"\} [1-9]/,
    );
  });

  it('is asked for on every route of the admin API but the description of the API', async () => {
    const { paths } = (await (await fetch(`${origin}/admin/api/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    expect(Object.keys(paths).length).toBeGreaterThan(7);
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const response = await fetch(origin + path.replaceAll(/\{\w+\}/g, '1'), { method: method.toUpperCase() });
        expect([path, method, response.status]).toEqual([path, method, 401]);
      }
    }
  });
});

describe('the directory', () => {
  it('is put, got and listed; the same again is 200 and changes nothing', async () => {
    expect((await call('PUT', 'mappings/11', { ...acme, slug: 'eleven' })).status).toBe(201);
    expect((await call('PUT', 'mappings/11', { ...acme, slug: 'eleven' })).status).toBe(200);
    expect((await call('GET', 'mappings/11')).json).toMatchObject({
      organizationId: '11',
      slug: 'eleven',
      status: 'active',
    });
    expect((await call('GET', 'mappings?region=us&limit=500')).json).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ organizationId: '11' })]),
    });
    expect(
      (await call('PUT', 'integrations/github/77', { name: 'gh', secrets: { webhookSecrets: ['hunter2'] } })).status,
    ).toBe(201);
    expect((await call('PUT', 'installations/github/77/11', { config: { a: 1 } })).status).toBe(201);
    expect((await call('GET', 'installations/github/77/11')).json).toMatchObject({
      externalId: '77',
      organizationId: '11',
      config: { a: 1 },
    });
    expect((await call('GET', 'installations?organizationId=11')).json).toMatchObject({
      items: [{ provider: 'github' }],
    });
  });

  it('never gives a secret back', async () => {
    await call('PUT', 'integrations/github/88', { name: 'gh', secrets: { webhookSecrets: ['hunter2'] } });
    for (const path of ['integrations/github/88', 'integrations', 'integrations?provider=github']) {
      const { text } = await call('GET', path);
      expect(text).toContain('"hasSecrets":true');
      expect(text).not.toContain('hunter2');
    }
  });

  it.each<[string, string, string, unknown, number, string]>([
    ['not JSON', 'PUT', 'mappings/2', '{', 400, 'not JSON'],
    ['an unknown field', 'PUT', 'mappings/2', { ...acme, slug: 'b', nmae: 'x' }, 400, 'nmae'],
    ['a missing field', 'PUT', 'mappings/2', { slug: 'b', region: 'us' }, 400, 'name'],
    ['a slug that is none', 'PUT', 'mappings/2', { ...acme, slug: 'A B' }, 400, 'slug'],
    [
      'a region that is not configured',
      'PUT',
      'mappings/2',
      { ...acme, slug: 'b', region: 'mars' },
      422,
      'SWITCHYARD_REGIONS',
    ],
    ['a slug that is taken', 'PUT', 'mappings/2', acme, 409, 'acme'],
    ['an organization id that is none', 'PUT', 'mappings/x', acme, 400, 'organizationId'],
    ['an id beyond 64 bits', 'GET', 'mappings/9999999999999999999', undefined, 400, 'organizationId'],
    ['a provider that is none', 'GET', 'integrations/GIT%20HUB/1', undefined, 400, 'provider'],
    ['an external id with a NUL', 'GET', 'integrations/github/a%00b', undefined, 400, 'externalId'],
    ['a limit out of bounds', 'GET', 'mappings?limit=501', undefined, 400, 'limit'],
    ['an unknown parameter', 'GET', 'mappings?lmit=5', undefined, 400, 'lmit'],
    ['a NUL in metadata', 'PUT', 'integrations/github/5', { name: 'x', metadata: { a: 'b\0' } }, 400, 'metadata'],
    [
      'large metadata',
      'PUT',
      'integrations/github/5',
      { name: 'x', metadata: { a: 'b'.repeat(20_000) } },
      400,
      'metadata',
    ],
    ['an integration that is not there', 'PUT', 'installations/github/404/1', {}, 422, 'PUT it first'],
    ['what is not there', 'GET', 'mappings/4711', undefined, 404, 'no such mapping'],
  ])('says what is wrong with %s', async (_what, method, path, body, status, words) => {
    await call('PUT', 'mappings/1', acme);
    const response = await call(method, path, body);
    expect(response.status).toBe(status);
    expect(response.text).toContain(words);
    expect(response.json).toMatchObject({ error: expect.any(String), detail: expect.any(String) });
  });

  it('refuses a body that is too large, and one of another type', async () => {
    expect((await call('PUT', 'mappings/2', { ...acme, name: 'x'.repeat(70_000) })).status).toBe(413);
    expect((await call('PUT', 'mappings/2', 'a=b', { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

describe('the OpenAPI document', () => {
  it('describes every operation: an id of its own, answers, the token, and bodies by the schemas that check them', async () => {
    const document = (await (await fetch(`${origin}/admin/api/openapi.json`)).json()) as {
      paths: Record<
        string,
        Record<
          string,
          { operationId: string; responses: Record<string, unknown>; security?: unknown[]; requestBody?: unknown }
        >
      >;
    };
    const operations = Object.values(document.paths).flatMap((path) => Object.entries(path));
    expect(new Set(operations.map(([, { operationId }]) => operationId)).size).toBe(operations.length);
    for (const [method, operation] of operations) {
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['200', '400', '401']));
      expect(operation.security).toEqual([{ bearer: [] }]);
      const needsNoBody = ['startOperation', 'cancelOperation', 'finishMove'].includes(operation.operationId);
      const hasBody = operation.requestBody !== undefined;
      expect([operation.operationId, hasBody]).toEqual([
        operation.operationId,
        ['put', 'post'].includes(method) && !needsNoBody,
      ]);
    }
    expect(JSON.stringify(document)).toContain('webhookSecrets');
  });
});

describe('the history of deliveries', () => {
  it('is empty at first and has its totals', async () => {
    expect((await call('GET', 'deliveries?provider=github')).json).toEqual({ items: [] });
    expect((await call('GET', 'mailboxes')).json).toEqual({ items: [], totals: { waiting: 0, delivered: 0, dead: 0 } });
    expect((await call('GET', 'deliveries?before=x')).status).toBe(400);
  });
});
