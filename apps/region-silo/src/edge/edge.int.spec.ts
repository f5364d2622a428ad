import { githubRequest, pushPayload } from '../testing/github-requests';
import { GITHUB_SECRET, startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';
import { requireGuardedRoutes, UNGUARDED_ROUTES } from './route-audit';

describe('the edge of a region', () => {
  let region: RegionKit;

  beforeAll(async () => {
    region = await startRegion();
  });

  afterAll(() => region.close());

  const push = (rest = {}) => githubRequest('push', pushPayload(), rest);

  describe('the guard', () => {
    it('every route is guarded or on the list of those that need no gateway', () => {
      const open = region.routes.filter(({ isGuarded }) => !isGuarded).map(({ url }) => url);
      expect(open.filter((url) => !UNGUARDED_ROUTES.includes(url))).toEqual([]);
      expect(region.routes.filter(({ isGuarded }) => isGuarded).length).toBeGreaterThan(0);
    });

    it('every route refuses a stranger, but for probes and metrics', async () => {
      const answers = await Promise.all(
        region.routes.flatMap(({ methods, url }) =>
          methods.map(async (method) => {
            const { status } = await region.send({ method, path: url.replace('*', 'x/') });
            return { url, method, status };
          }),
        ),
      );
      const letIn = answers.filter(({ status }) => status !== 401).map(({ url }) => url);
      expect([...new Set(letIn)].sort()).toEqual(['/healthz', '/metrics', '/readyz']);
    });

    it('lets a signed request through', async () => {
      expect((await region.deliver(push())).status).toBe(204);
    });

    it.each([
      ['missing_headers', { tamper: () => ({}) }],
      ['bad_format', { tamper: (headers: Record<string, string>) => ({ ...headers, 'x-gateway-signature': 'v1=00' }) }],
      ['mismatch', { tamper: (headers: Record<string, string>) => ({ ...headers, 'x-gateway-integration': '18' }) }],
      ['mismatch', { tamper: (headers: Record<string, string>) => ({ ...headers, 'x-gateway-delivery': 'other' }) }],
      ['mismatch', { signed: { keys: `other:${Buffer.alloc(32, 8).toString('base64')}` } }],
      ['wrong_region', { signed: { region: 'de' } }],
      ['stale', { signed: { nowMs: Date.UTC(2026, 0, 1) - 301_000 } }],
      ['future', { signed: { nowMs: Date.UTC(2026, 0, 1) + 301_000 } }],
    ])('refuses: %s (%#)', async (reason, rest) => {
      const answer = await region.deliver(push(rest));
      expect(answer).toMatchObject({ status: 401, text: JSON.stringify({ error: reason }) });
      expect(region.logs).toContainEqual(expect.objectContaining({ event: 'delivery.refused', reason }));
    });

    it('refuses the same attempt twice', async () => {
      const request = push({ deliveryId: 'replayed', signed: { attempt: 'the-only-one' } });
      expect((await region.deliver(request)).status).toBe(204);
      expect(await region.deliver(request)).toMatchObject({ status: 401, text: '{"error":"replay"}' });
    });

    it('counts refusals by reason', async () => {
      await region.deliver(push({ signed: { region: 'de' } }));
      const { text } = await region.send({ method: 'GET', path: '/metrics' });
      expect(text).toMatch(/switchyard_region_guard_total\{outcome="wrong_region"\} [1-9]/);
    });

    it('a route without it keeps the app from starting', () => {
      const route = { methods: ['POST'], url: '/extensions/new/*', isGuarded: false };
      expect(() => requireGuardedRoutes([route])).toThrow(
        expect.objectContaining({ code: 'SWY_REGION_ROUTE_UNGUARDED', details: { urls: ['/extensions/new/*'] } }),
      );
    });
  });

  describe('addresses', () => {
    it.each([
      ['/extensions/nobody/webhook/', 'unknown_provider'],
      ['/extensions/', 'unknown_provider'],
      ['/extensions/github/other/', 'unknown_view'],
      ['/extensions/github/installation/7/', 'unknown_view'],
      ['/extensions/%67ithub/webhook/', 'unknown_provider'],
      ['/extensions/x/../github/webhook/', 'unknown_provider'],
      ['/plugins/github/installations/webhook/', 'unknown_provider'],
    ])('%s: 404 %s', async (path, error) => {
      expect(await region.deliver(push({ path }))).toMatchObject({ status: 404, text: JSON.stringify({ error }) });
    });

    it('a query string is part of what is signed, not of the address', async () => {
      expect((await region.deliver(push({ path: '/extensions/github/webhook/?a=%2F&b' }))).status).toBe(204);
    });

    it('405 for anything but POST', async () => {
      const answer = await region.deliver({ method: 'GET' });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    });
  });

  describe('bodies', () => {
    it('more than 25 MiB: 413, and nothing is recorded', async () => {
      const body = Buffer.alloc(25 * 1_048_576 + 1, 0x20);
      const answer = await region.deliver({ body, deliveryId: 'too-large' });
      expect(answer).toMatchObject({ status: 413, text: '{"error":"body_too_large"}' });
      expect(await region.records()).not.toContainEqual(expect.objectContaining({ delivery_id: 'too-large' }));
    });

    it('exactly 25 MiB are read', async () => {
      const body = Buffer.alloc(25 * 1_048_576, 0x20);
      expect((await region.deliver(githubRequest('push', body))).status).toBe(400);
    });

    it('Slack: more than 1 MiB: 413', async () => {
      const body = Buffer.alloc(1_048_577, 0x20);
      expect((await region.deliver({ path: '/extensions/slack/event/', body })).status).toBe(413);
    });

    it('a stranger is refused before the body is read', async () => {
      const body = Buffer.alloc(26 * 1_048_576, 0x20);
      const answer = await region.send({ method: 'POST', path: '/extensions/github/webhook/', body });
      expect(answer).toMatchObject({ status: 401, text: '{"error":"missing_headers"}' });
    });

    it.each([
      ['binary', Buffer.from([0x00, 0xff, 0xfe])],
      ['empty', Buffer.alloc(0)],
      ['an array', Buffer.from('[]')],
      ['broken JSON', Buffer.from('{"ref":')],
    ])('%s: 400, recorded', async (name, body) => {
      const deliveryId = `body-${name.replaceAll(' ', '-')}`;
      expect((await region.deliver(githubRequest('push', body, { deliveryId }))).status).toBe(400);
      expect(await region.records()).toContainEqual(
        expect.objectContaining({ delivery_id: deliveryId, outcome: 'rejected', status: 400 }),
      );
    });
  });

  it('writes one line per request, without any of the payload', async () => {
    const request = push({ deliveryId: 'logged', headers: { 'x-github-delivery': 'guid-logged' } });
    await region.deliver(request);
    const line = region.logs.find((entry) => entry['delivery_id'] === 'logged');
    expect(line).toMatchObject({
      event: 'delivery.handled',
      provider: 'github',
      view: 'webhook',
      event_type: 'push',
      provider_delivery_id: 'guid-logged',
      integration_id: '17',
      status: 204,
    });
    const log = JSON.stringify(region.logs);
    for (const secret of ['Mend the gate', 'ada@example.com', GITHUB_SECRET]) expect(log).not.toContain(secret);
  });

  it('is ready, and says so', async () => {
    expect((await region.send({ method: 'GET', path: '/readyz' })).status).toBe(200);
  });
});
