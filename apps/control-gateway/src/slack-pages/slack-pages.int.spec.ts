import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { LinkTokens } from '@switchyard/slack';
import type { LinkFacts, LinkPurpose } from '@switchyard/slack';
import { SlackStandIn } from '@switchyard/slack/testing';
import { SignJWT } from 'jose';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const KEY = Buffer.alloc(32, 9);
const PUBLIC = 'https://hooks.example.com';
const FORM = 'application/x-www-form-urlencoded';

let gateway: GatewayKit;
let slack: SlackStandIn;
let region: TestServer;
let asked: { url: string; headers: Record<string, unknown>; body: string }[];
let integrationId: string;

beforeAll(async () => {
  asked = [];
  slack = await SlackStandIn.start();
  region = await startHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const url = request.url ?? '';
      if (url.startsWith('/extensions/')) asked.push({ url, headers: request.headers, body });
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>a page of the region</p>');
    });
  });
  gateway = await startGateway({
    SWITCHYARD_SLACK_API_URL: slack.apiUrl,
    SWITCHYARD_PUBLIC_URL: PUBLIC,
    SWITCHYARD_PRODUCT_SIGN_IN_URL: 'https://monitor.example.com/sign-in?app=slack',
    SWITCHYARD_PRODUCT_SESSION_KEY: KEY.toString('base64'),
    SWITCHYARD_REGIONS: JSON.stringify([{ name: 'us', address: region.origin, snowflakeId: 1 }]),
  });
  await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
  await gateway.admin('PUT', 'integrations/slack/T1', { name: 'Acme <b>', secrets: { accessToken: 'xoxb-1' } });
  await gateway.admin('PUT', 'installations/slack/T1/1', {});
  integrationId = String((await gateway.admin('GET', 'integrations/slack/T1')).json?.['id']);
}, 30_000);
afterAll(async () => {
  await gateway.close();
  await Promise.all([slack.stop(), region.close()]);
});
beforeEach(async () => {
  asked.length = 0;
  slack.messages.length = 0;
  await gateway.database.pool.query('DELETE FROM slack_identity');
});

const pathOf = (purpose: LinkPurpose, more: Partial<LinkFacts> = {}): string => {
  const facts = { integrationId, teamId: 'T1', slackUserId: 'U1', channelId: 'C1', ...more };
  return `/extensions/slack/${purpose.replaceAll('_', '-')}/${gateway.app.get(LinkTokens).issue(purpose, facts)}/`;
};
const session = (
  user: string,
  more: { organizations?: string[]; audience?: string; key?: Buffer; age?: number } = {},
) => {
  const now = Math.floor(Date.now() / 1000) - (more.age ?? 0);
  return new SignJWT({ email: `user-${user}@example.com`, organizations: more.organizations ?? ['1'] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setAudience(more.audience ?? 'switchyard')
    .setIssuedAt(now)
    .setExpirationTime(now + 300)
    .sign(more.key ?? KEY);
};
async function visit(path: string, user: string | undefined, init: RequestInit = {}) {
  const cookie = user === undefined ? '' : `other=1; __Host-swy-person=${await session(user)}`;
  const response = await fetch(gateway.origin + path, {
    redirect: 'manual',
    ...init,
    headers: { cookie, ...init.headers },
  });
  return { status: response.status, headers: response.headers, html: await response.text() };
}
const csrfIn = (text: string): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
async function post(path: string, user: string, csrf?: string) {
  const token = csrf ?? csrfIn((await visit(path, user)).html);
  return visit(path, user, {
    method: 'POST',
    headers: { 'content-type': FORM },
    body: new URLSearchParams({ csrf: token }),
  });
}
const linked = async () =>
  (
    (await gateway.admin('GET', 'integrations/slack/T1/identities')).json?.['items'] as {
      slackUserId: string;
      userId: string;
    }[]
  ).map(({ slackUserId, userId }) => `${slackUserId} ${userId}`);

describe('the page that links a Slack account', () => {
  it('shows who and where, loads nothing, keeps nothing and tells nobody; asking changes nothing', async () => {
    const { status, html, headers } = await visit(pathOf('link_identity'), '7');
    expect(status).toBe(200);
    for (const word of ['Acme &lt;b&gt; (T1)', 'U1', 'user-7@example.com']) expect(html).toContain(word);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    expect(await linked()).toEqual([]);
  });

  it('S123, S127 links once and says so in a direct message; the same link again has expired', async () => {
    const path = pathOf('link_identity');
    const csrf = csrfIn((await visit(path, '7')).html);
    const done = await post(path, '7', csrf);
    expect([done.status, done.html]).toEqual([200, expect.stringContaining('slack://channel?id=C1&amp;team=T1')]);
    expect(await linked()).toEqual(['U1 7']);
    expect(slack.messages).toMatchObject([
      { channel: 'U1', token: 'xoxb-1', text: 'Your Slack account is now linked.' },
    ]);
    expect((await post(path, '7', csrf)).status).toBe(410);
  });

  it('S125 linked all the same when Slack takes no message', async () => {
    slack.react = () => ({ error: 'channel_not_found' });
    expect((await post(pathOf('link_identity'), '7')).status).toBe(200);
    slack.react = () => 'ok';
    expect(await linked()).toEqual(['U1 7']);
  });

  it('S126 altered, or made for another page: 410, nothing changed', async () => {
    const path = pathOf('link_identity');
    const other = path.replace('link-identity', 'unlink-identity');
    for (const spoiled of [path.replace(/.\/$/, 'A/'), path.replace(/\/$/, 'x/'), other])
      expect((await visit(spoiled, '7')).status).toBe(410);
    expect(await linked()).toEqual([]);
  });

  it.each([
    ['no token', ''],
    ['a token that is not ours', 'x'.repeat(43)],
  ])('a form with %s: 400, nothing changed', async (_name, csrf) => {
    expect((await post(pathOf('link_identity'), '7', csrf)).status).toBe(400);
    expect(await linked()).toEqual([]);
  });

  it("a form that another site's page sends, or that was made for somebody else: 400", async () => {
    const path = pathOf('link_identity');
    const csrf = csrfIn((await visit(path, '7')).html);
    const headers = { 'content-type': FORM, 'sec-fetch-site': 'cross-site' };
    expect((await visit(path, '7', { method: 'POST', headers, body: new URLSearchParams({ csrf }) })).status).toBe(400);
    expect((await post(path, '8', csrf)).status).toBe(400);
    expect(await linked()).toEqual([]);
  });

  it('whoever has no organization with the workspace finds nothing', async () => {
    const cookie = `__Host-swy-person=${await session('7', { organizations: ['2'] })}`;
    expect((await visit(pathOf('link_identity'), undefined, { headers: { cookie } })).status).toBe(404);
  });
});

describe('who sits before the browser', () => {
  it('nobody yet: the product is asked, and its session goes into a cookie of this site alone', async () => {
    const path = pathOf('link_identity');
    const away = await visit(path, undefined);
    expect(away.status).toBe(303);
    const signIn = new URL(away.headers.get('location') ?? '');
    expect([signIn.origin, signIn.searchParams.get('app'), signIn.searchParams.get('next')]).toEqual([
      'https://monitor.example.com',
      'slack',
      PUBLIC + path,
    ]);
    const back = await visit(`${path}?session=${await session('7')}`, undefined);
    expect([back.status, back.headers.get('location')]).toEqual([303, path]);
    expect(back.headers.get('set-cookie')).toMatch(/^__Host-swy-person=.*Path=\/.*HttpOnly; SameSite=Lax; Secure$/);
  });

  it.each([
    ['another key', { key: Buffer.alloc(32, 8) }],
    ['another audience', { audience: 'else' }],
    ['an old one', { age: 900 }],
  ])('a session with %s is not believed', async (_name, more) => {
    expect((await visit(`${pathOf('link_identity')}?session=${await session('7', more)}`, undefined)).status).toBe(403);
    const cookie = `__Host-swy-person=${await session('7', more)}`;
    expect((await visit(pathOf('link_identity'), undefined, { headers: { cookie } })).status).toBe(303);
  });
});

describe('the page that unlinks', () => {
  it('S128 only whoever is linked unlinks; another user is refused', async () => {
    await gateway.admin('PUT', 'integrations/slack/T1/identities/U1', { userId: 7 });
    const path = pathOf('unlink_identity');
    expect((await visit(path, '8')).status).toBe(403);
    expect((await post(path, '8', 'x')).status).toBe(403);
    expect(await linked()).toEqual(['U1 7']);
    expect((await post(path, '7')).status).toBe(200);
    expect(await linked()).toEqual([]);
    expect((await visit(path, '7')).status).toBe(410);
  });
});

describe('pages about teams', () => {
  it('go to the region that made the link, with the user whom the product names and without cookies', async () => {
    const path = pathOf('link_team', { region: 'us' });
    expect(await visit(`${path}?user=1`, '7')).toMatchObject({ status: 200, html: '<p>a page of the region</p>' });
    expect(asked).toMatchObject([{ url: `${path}?user=7` }]);
    expect(asked[0]?.headers).not.toHaveProperty('cookie');
    await post(path, '7', 'token');
    expect(asked[1]).toMatchObject({ url: `${path}?user=7`, body: 'csrf=token', headers: { 'content-type': FORM } });
  });

  it('S126 a bad link, or a region that does not have the workspace: 410, and nobody is asked', async () => {
    for (const path of [pathOf('link_team', { region: 'de' }), pathOf('link_team'), '/extensions/slack/link-team/x/'])
      expect((await visit(path, '7')).status).toBe(410);
    expect(asked).toEqual([]);
  });

  it('nobody is asked before the product has said who it is', async () => {
    expect((await visit(pathOf('unlink_team', { region: 'us' }), undefined)).status).toBe(303);
    expect(asked).toEqual([]);
  });
});
