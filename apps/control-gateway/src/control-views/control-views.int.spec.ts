import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { queryHash, signDiscordInteraction, signGithubWebhook, signVercelWebhook } from '@switchyard/parsers';
import { SignJWT } from 'jose';
import { startGateway } from '../testing/gateway-kit';
import type { GatewayKit } from '../testing/gateway-kit';

const GITHUB_SECRET = 'github-app-secret';
const VERCEL_SECRET = 'vercel-client-secret';
const APP_ID = 'teams-app-id';
const PUBLIC_URL = 'https://hooks.example.com';
const atlassian = generateKeyPairSync('rsa', { modulusLength: 2048 });
const bot = generateKeyPairSync('rsa', { modulusLength: 2048 });
const discord = generateKeyPairSync('ed25519');
const discordHex = Buffer.from(discord.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');

let gateway: GatewayKit;
let keys: Server;

/** Publishes keys as Atlassian and the Bot Framework do. */
async function startKeys(): Promise<string> {
  const { n, e } = bot.publicKey.export({ format: 'jwk' });
  keys = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    const answers: Record<string, string> = {
      '/install/kid-1': String(atlassian.publicKey.export({ type: 'spki', format: 'pem' })),
      '/openid': JSON.stringify({ jwks_uri: `${origin}/jwks` }),
      '/jwks': JSON.stringify({ keys: [{ kid: 'bot-1', kty: 'RSA', n, e }] }),
    };
    const answer = answers[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const origin = await startKeys();
  gateway = await startGateway({
    SWITCHYARD_GITHUB_WEBHOOK_SECRETS: GITHUB_SECRET,
    SWITCHYARD_VERCEL_CLIENT_SECRETS: VERCEL_SECRET,
    SWITCHYARD_MSTEAMS_APP_ID: APP_ID,
    SWITCHYARD_DISCORD_PUBLIC_KEYS: discordHex,
    SWITCHYARD_PUBLIC_URL: PUBLIC_URL,
    SWITCHYARD_ATLASSIAN_KEYS_URL: `${origin}/install`,
    SWITCHYARD_BOT_FRAMEWORK_URL: `${origin}/openid`,
    SWITCHYARD_APP_NAME: 'Acme Monitor',
  });
}, 30_000);
afterAll(async () => {
  await gateway.close();
  keys.closeAllConnections();
  keys.close();
});

const soon = () => Math.floor(Date.now() / 1000) + 300;
const post = (path: string, body: object, headers: Record<string, string>) =>
  gateway.send(path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
const integration = async (provider: string, externalId: string) =>
  (await gateway.admin('GET', `integrations/${provider}/${encodeURIComponent(externalId)}`)).json;

describe('GitHub Enterprise', () => {
  const send = (action: string, secret: string, id = 5) => {
    const body = { action, installation: { id, account: { login: 'acme' } } };
    return post('/extensions/github-enterprise/webhook/', body, {
      'x-github-event': 'installation',
      'x-github-enterprise-host': 'github.example.com',
      'x-hub-signature-256': signGithubWebhook(Buffer.from(JSON.stringify(body)), secret),
    });
  };

  it('a signed installation event switches its integration', async () => {
    const path = 'integrations/github_enterprise/github.example.com:5';
    await gateway.admin('PUT', path, { name: 'acme', secrets: { webhookSecrets: ['server-secret'] } });
    expect((await send('suspend', 'another-secret')).status).toBe(401);
    expect(await integration('github_enterprise', 'github.example.com:5')).toMatchObject({ status: 'active' });
    expect((await send('suspend', 'server-secret')).status).toBe(204);
    expect(await integration('github_enterprise', 'github.example.com:5')).toMatchObject({ status: 'disabled' });
  });

  it('one of an unknown server, which nobody can verify, changes nothing', async () => {
    expect((await send('created', 'made-up', 6)).status).toBe(401);
    expect(await integration('github_enterprise', 'github.example.com:6')).toMatchObject({ error: 'not_found' });
  });
});

describe('Jira', () => {
  const installed = {
    key: 'acme-monitor.jira',
    clientKey: 'site-1',
    sharedSecret: 'shared-by-the-site',
    baseUrl: 'https://acme.atlassian.net',
    productType: 'jira',
  };
  const publishedToken = (path: string, iss: string) =>
    new SignJWT({ iss, qsh: queryHash('POST', path, '') })
      .setProtectedHeader({ alg: 'RS256', kid: 'kid-1' })
      .setAudience(PUBLIC_URL)
      .setExpirationTime(soon())
      .sign(atlassian.privateKey);
  const call = async (view: string, body: object, iss = 'site-1') =>
    post(`/extensions/jira/${view}/`, body, { authorization: `JWT ${await publishedToken(`/${view}/`, iss)}` });

  it('the descriptor names our address and asks for signed installations', async () => {
    const { status, json } = await gateway.send('/extensions/jira/descriptor/', { method: 'GET' });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      name: 'Acme Monitor',
      key: 'acme-monitor.jira',
      baseUrl: `${PUBLIC_URL}/extensions/jira`,
      apiMigrations: { 'signed-install': true },
      lifecycle: { installed: '/installed/', uninstalled: '/uninstalled/' },
    });
  });

  it('installed: the site is there with its secret; its requests are then known; uninstalled: it is switched off', async () => {
    expect((await call('installed', installed)).status).toBe(204);
    expect(await integration('jira', 'site-1')).toMatchObject({
      status: 'active',
      name: 'acme.atlassian.net',
      secretCount: 1,
    });

    await gateway.admin('PUT', 'mappings/1', { slug: 'acme', name: 'Acme', region: 'us' });
    await gateway.admin('PUT', 'installations/jira/site-1/1', {});
    const token = await new SignJWT({ iss: 'site-1', qsh: queryHash('POST', '/issue-updated/', '') })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(soon())
      .sign(Buffer.from(installed.sharedSecret));
    const answer = await post(
      '/extensions/jira/issue-updated/',
      { issue: { key: 'LR-1' } },
      { authorization: `JWT ${token}` },
    );
    expect(answer.status).toBe(202);

    expect((await call('uninstalled', { clientKey: 'site-1' })).status).toBe(204);
    expect(await integration('jira', 'site-1')).toMatchObject({ status: 'disabled' });
  });

  it('the token of one site changes no other', async () => {
    expect((await call('installed', { ...installed, clientKey: 'site-2' }, 'site-3')).status).toBe(401);
    expect((await call('uninstalled', { clientKey: 'site-1' }, 'site-3')).status).toBe(401);
    expect(await integration('jira', 'site-2')).toMatchObject({ error: 'not_found' });
  });

  it.each([[{}], [{ clientKey: 'site-1' }], [{ clientKey: 'x'.repeat(65), sharedSecret: 's' }]])(
    'a body without what is needed: 400 (%#)',
    async (body) => {
      expect((await call('installed', body)).status).toBe(400);
    },
  );
});

describe('Bitbucket', () => {
  const installed = {
    clientKey: 'account-1',
    sharedSecret: 'first-secret',
    baseUrl: 'https://bitbucket.org',
    principal: { username: 'acme', display_name: 'Acme Inc.' },
  };

  it('has a descriptor', async () => {
    const { json } = await gateway.send('/extensions/bitbucket/descriptor/', { method: 'GET' });
    expect(json).toMatchObject({ baseUrl: `${PUBLIC_URL}/extensions/bitbucket`, authentication: { type: 'jwt' } });
  });

  it('takes a first installation, and lets nobody put another secret in its place', async () => {
    expect((await post('/extensions/bitbucket/installed/', installed, {})).status).toBe(204);
    expect(await integration('bitbucket', 'account-1')).toMatchObject({ status: 'active', name: 'Acme Inc.' });
    expect(
      (await post('/extensions/bitbucket/installed/', { ...installed, sharedSecret: 'mine-now' }, {})).status,
    ).toBe(401);
    expect((await post('/extensions/bitbucket/uninstalled/', { clientKey: 'account-1' }, {})).status).toBe(401);
    expect(await integration('bitbucket', 'account-1')).toMatchObject({ status: 'active' });
  });
});

describe('Microsoft Teams', () => {
  const SERVICE_URL = 'https://smba.example.net/amer/';
  const update = (action: string) => ({
    type: 'installationUpdate',
    action,
    serviceUrl: SERVICE_URL,
    channelData: { team: { id: '19:team@thread', name: 'Acme Team' }, tenant: { id: 'tenant-1' } },
  });
  const send = async (body: object) => {
    const token = await new SignJWT({ serviceurl: SERVICE_URL })
      .setProtectedHeader({ alg: 'RS256', kid: 'bot-1' })
      .setAudience(APP_ID)
      .setIssuer('https://api.botframework.com')
      .setExpirationTime(soon())
      .sign(bot.privateKey);
    return post('/extensions/msteams/webhook/', body, { authorization: `Bearer ${token}` });
  };

  it('adds and removes a team', async () => {
    expect((await send(update('add'))).status).toBe(204);
    expect(await integration('msteams', '19:team@thread')).toMatchObject({
      status: 'active',
      name: 'Acme Team',
      metadata: { serviceUrl: SERVICE_URL, tenantId: 'tenant-1' },
    });
    expect((await send(update('remove'))).status).toBe(204);
    expect(await integration('msteams', '19:team@thread')).toMatchObject({ status: 'disabled' });
  });

  it("an operator's choice of verification outlives a new installation", async () => {
    await gateway.admin('PUT', 'integrations/msteams/19:team@thread', { name: 'x', verification: 'require' });
    await send(update('add'));
    expect(await integration('msteams', '19:team@thread')).toMatchObject({
      verification: 'require',
      name: 'Acme Team',
    });
  });

  it('takes a personal chat, so that it is not sent again', async () => {
    expect((await send({ type: 'message', serviceUrl: SERVICE_URL })).status).toBe(204);
  });
});

describe('Vercel', () => {
  const send = (body: object, secret = VERCEL_SECRET) =>
    post('/extensions/vercel/webhook/', body, {
      'x-vercel-signature': signVercelWebhook(Buffer.from(JSON.stringify(body)), secret),
    });
  const removed = (configuration: string) => ({
    type: 'integration-configuration.removed',
    payload: { team: { id: 'team_1' }, user: { id: 'user_1' }, configuration: { id: configuration } },
  });

  it('follows the removal of the configuration that it knows, and of no other', async () => {
    await gateway.admin('PUT', 'integrations/vercel/team_1', { name: 'acme', metadata: { configurationId: 'icfg_2' } });
    expect((await send(removed('icfg_2'), 'another-secret')).status).toBe(401);
    expect((await send(removed('icfg_1'))).status).toBe(204);
    expect(await integration('vercel', 'team_1')).toMatchObject({ status: 'active' });
    expect((await send(removed('icfg_2'))).status).toBe(204);
    expect(await integration('vercel', 'team_1')).toMatchObject({ status: 'disabled' });
    expect((await send({ type: 'deployment.created', payload: {} })).status).toBe(204);
  });
});

describe('Discord', () => {
  it('T23 a ping is answered as Discord wants it', async () => {
    const body = JSON.stringify({ type: 1 });
    const timestamp = '1700000000';
    const signature = signDiscordInteraction(Buffer.from(body), timestamp, discord.privateKey);
    const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp };
    const answer = await gateway.send('/extensions/discord/interactions/', { headers, body });
    expect(answer).toMatchObject({ status: 200, json: { type: 1 } });
    const forged = await gateway.send('/extensions/discord/interactions/', { headers, body: '{"type":1 }' });
    expect(forged).toMatchObject({ status: 401, text: '' });
  });
});

describe('what is not built', () => {
  it.each(['/extensions/vercel/configure/', '/extensions/google/setup-page/', '/extensions/discord/link-identity/x/'])(
    '%s: a clear 501',
    async (path) => {
      const answer = await gateway.send(path, { method: 'GET' });
      expect(answer).toMatchObject({ status: 501, json: { error: 'not_implemented' } });
    },
  );
});
