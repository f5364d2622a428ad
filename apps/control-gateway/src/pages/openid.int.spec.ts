import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';
import { OpenIdStandIn } from '../testing/openid-stand-in';
import type { Faults } from '../testing/openid-stand-in';

const ADMIN_URL = 'https://admin.example.test';
const ADA = { email: 'ada@example.com', email_verified: true, groups: ['support', 'sre'] };

let issuer: OpenIdStandIn;
let gateway: GatewayKit;
beforeAll(async () => {
  issuer = await OpenIdStandIn.start();
  gateway = await startGateway({
    SWITCHYARD_ADMIN_URL: ADMIN_URL,
    SWITCHYARD_OIDC_ISSUER: issuer.issuer,
    SWITCHYARD_OIDC_CLIENT_SECRET: issuer.secret,
    SWITCHYARD_OIDC_SCOPE_MAP: 'support=viewer,sre=operator',
  });
}, 30_000);
afterAll(async () => {
  await gateway.close();
  await issuer.stop();
});

const get = (path: string, cookie = '') =>
  fetch(gateway.origin + path, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
const cookiesOf = (answer: Response) => answer.headers.getSetCookie().map((line) => line.split(';', 1)[0] ?? '');

async function begin() {
  const answer = await get('/admin/sign-in/openid?next=/admin/queues/queue/x');
  expect(answer.status).toBe(302);
  return { address: answer.headers.get('location') ?? '', cookie: cookiesOf(answer).join('; ') };
}

async function signIn(claims: Record<string, unknown>, faults: Faults = {}) {
  const { address, cookie } = await begin();
  return get(`/admin/sign-in/callback${issuer.authorize(address, claims, faults)}`, cookie);
}

describe('sign-in by OpenID Connect', () => {
  it('is offered beside the form for tokens', async () => {
    expect(await (await get('/admin/sign-in')).text()).toMatch(/href="\/admin\/sign-in\/openid[^]*name="token"/);
  });

  it('asks with PKCE, state and nonce, and keeps them in a cookie of this host', async () => {
    const answer = await get('/admin/sign-in/openid');
    const asked = new URL(answer.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      client_id: 'switchyard',
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${ADMIN_URL}/admin/sign-in/callback`,
      state: expect.stringMatching(/^.{40,}$/),
      nonce: expect.stringMatching(/^.{40,}$/),
    });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-switchyard-control-gateway-openid=.*; Path=\/; Max-Age=600; SameSite=Lax; Secure; HttpOnly$/,
    );
  });

  it('opens a session with the scope of the groups, under the verified address', async () => {
    const answer = await signIn(ADA);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/admin/queues/queue/x']);
    const cookie = cookiesOf(answer).join('; ');
    expect(cookie).toContain('__Host-switchyard-control-gateway=');
    expect((await get('/admin/queues/', cookie)).status).toBe(200);
    const { rows } = await gateway.database.pool.query('SELECT actor, scope, token_id FROM admin_session');
    expect(rows).toContainEqual({ actor: 'ada@example.com', scope: 'operator', token_id: null });
  });

  it('lets in nobody without a group', async () => {
    const answer = await signIn({ ...ADA, groups: ['others'] });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('no group (groups)')]);
  });

  it.each<[string, Faults]>([
    ['another nonce', { nonce: 'another' }],
    ['for another client', { audience: 'another' }],
    ['that is forged', { isForged: true }],
  ])('refuses an ID token %s', async (_what, faults) => {
    const answer = await signIn(ADA, faults);
    expect(answer.status).toBe(400);
    expect(cookiesOf(answer).join()).not.toContain('XSRF-TOKEN');
  });

  it("refuses somebody else's state, a code of another sign-in, and an answer that nobody asked for", async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const query = issuer.authorize(theirs.address, ADA);
    expect((await get(`/admin/sign-in/callback${query}`, mine.cookie)).status).toBe(400);
    const state = new URL(mine.address).searchParams.get('state') ?? '';
    const mixed = new URLSearchParams(issuer.authorize(theirs.address, ADA));
    mixed.set('state', state);
    expect((await get(`/admin/sign-in/callback?${mixed.toString()}`, mine.cookie)).status).toBe(400);
    expect((await get(`/admin/sign-in/callback${issuer.authorize(mine.address, ADA)}`)).status).toBe(400);
  });
});
