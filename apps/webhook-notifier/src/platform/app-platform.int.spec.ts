import { NotifierKit } from '../testing/notifier-kit';
import type { Receiver } from '../testing/notifier-kit';
import { hookSignature } from '../sending/signature';

const JANE = { id: 7, name: 'Jane' };

describe('the app platform', () => {
  let kit: NotifierKit;
  let receiver: Receiver;

  beforeEach(async () => {
    kit = await NotifierKit.start();
    receiver = await kit.receiver();
  }, 30_000);
  afterEach(() => kit.close());

  const published = { kind: 'published' };

  it('A1, A17: an app is told of its installation, signed with its secret, with the code that it needs', async () => {
    const { app, installation } = await kit.install('crm', receiver.url, published);
    await kit.settled();
    expect(receiver.events).toEqual(['installation.created']);
    const [webhook] = receiver.received;
    expect(Object.keys(webhook?.json ?? {})).toEqual(['action', 'installation', 'data', 'actor']);
    expect(webhook?.json).toMatchObject({
      action: 'created',
      installation: { uuid: installation['uuid'] },
      data: {
        installation: {
          app: { uuid: app['uuid'], slug: 'crm' },
          organization: { slug: 'acme' },
          status: 'installed',
          code: installation['code'],
        },
      },
      actor: { type: 'user', id: 7, name: 'Jane' },
    });
    const signature = hookSignature(String(app['clientSecret']), webhook?.body as Buffer);
    expect(webhook?.headers['sentry-hook-signature']).toBe(signature);
  });

  it('A2, A5: and of its end, with nothing in between any more', async () => {
    const { installation } = await kit.install('crm', receiver.url, published);
    await kit.settled();
    const gone = await kit.admin('DELETE', `installations/${String(installation['uuid'])}`, { user: JANE });
    expect(gone.status).toBe(204);
    await kit.tell('issue.created');
    await kit.settled();
    expect(receiver.events).toEqual(['installation.created', 'installation.deleted']);
    expect((await kit.items('apps/crm/requests')).map(({ eventName }) => eventName)).toEqual([
      'installation.deleted',
      'installation.created',
    ]);
  });

  it('A8: also while it is pending', async () => {
    const { installation } = await kit.install('crm', receiver.url, { ...published, isPending: true });
    await kit.settled();
    expect(receiver.received[0]?.json.data).toMatchObject({ installation: { status: 'pending' } });
    const confirmed = await kit.admin('POST', `installations/${String(installation['uuid'])}/confirm`);
    expect(confirmed.json).toMatchObject({ status: 'installed' });
  });

  it('A9: an internal app is not told of its own installation', async () => {
    await kit.install('own', receiver.url);
    expect(await kit.waiting()).toBe(0);
  });

  it('§1.3 corrected: a broken app cannot keep anybody from removing it', async () => {
    receiver.answer = () => 503;
    const { installation } = await kit.install('crm', receiver.url, published);
    await kit.settled();
    const answer = await kit.admin('DELETE', `installations/${String(installation['uuid'])}`, { user: JANE });
    expect(answer.status).toBe(204);
    expect((await kit.admin('DELETE', `installations/${String(installation['uuid'])}`, { user: JANE })).status).toBe(
      404,
    );
  });

  it('installed twice is installed once, and told once', async () => {
    await kit.install('crm', receiver.url, published);
    const again = { organizationId: 1, organizationSlug: 'acme', user: JANE };
    const second = await kit.admin('POST', 'apps/crm/installations', again);
    expect(second.status).toBe(201);
    await kit.settled();
    expect(receiver.events).toEqual(['installation.created']);
    expect(await kit.items('apps/crm/installations')).toHaveLength(1);
  });

  it('an app that is removed tells each installation, and its slug is free again', async () => {
    await kit.install('crm', receiver.url, published);
    await kit.settled();
    expect((await kit.admin('DELETE', 'apps/crm', { user: JANE })).status).toBe(204);
    await kit.settled();
    expect(receiver.events).toEqual(['installation.created', 'installation.deleted']);
    expect((await kit.admin('GET', 'apps/crm')).status).toBe(404);
    await kit.install('crm', receiver.url, published);
  });

  it('a secret can be changed: for a day both are good', async () => {
    const { app } = await kit.install('own', receiver.url);
    const rotated = (await kit.admin('POST', 'apps/own/rotate-secrets')).json;
    expect(rotated['clientSecret']).not.toBe(app['clientSecret']);
    await kit.tell('issue.created');
    await kit.settled();
    const [webhook] = receiver.received;
    const body = webhook?.body as Buffer;
    expect(webhook?.headers).toMatchObject({
      'sentry-hook-signature': hookSignature(String(rotated['clientSecret']), body),
      'sentry-hook-signature-previous': hookSignature(String(app['clientSecret']), body),
    });
    expect(String(webhook?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  it.each([
    ['an unknown event', { events: ['issue.exploded'] }],
    ['B27: a user name in the URL', { webhookUrl: 'https://u:p@example.com/' }],
    ['an internal address', { webhookUrl: 'http://10.0.0.1/' }],
    ['a literal trick', { webhookUrl: 'http://0x7f000001:22/' }],
    ['no URL but events', { webhookUrl: null }],
    ['no URL for others', { webhookUrl: null, events: [], kind: 'published' }],
    ['a strange slug', { slug: '../x' }],
    ['something else', { owner: 'me' }],
  ])('%s is 400, and nothing is made', async (_name, changes) => {
    const app = {
      slug: 'x',
      name: 'x',
      kind: 'internal',
      organizationId: 1,
      webhookUrl: receiver.url,
      events: ['issue'],
    };
    expect((await kit.admin('POST', 'apps', { ...app, ...changes })).status).toBe(400);
    expect(await kit.items('apps')).toEqual([]);
  });

  it('nobody without the token, and secrets are not shown again', async () => {
    const { app } = await kit.install('own', receiver.url);
    expect((await kit.admin('GET', 'apps', undefined, 'wrong')).status).toBe(401);
    const listed = JSON.stringify([await kit.items('apps'), (await kit.admin('GET', 'apps/own')).json]);
    expect(listed).not.toContain(String(app['clientSecret']));
    const { rows } = await kit.pool.query('SELECT app::text AS row FROM app');
    expect(JSON.stringify(rows)).not.toContain(String(app['clientSecret']));
    expect(
      (await kit.admin('POST', 'apps', { slug: 'own', name: 'x', kind: 'internal', organizationId: 1 })).status,
    ).toBe(409);
  });

  it('what people do is in the audit log', async () => {
    const { installation } = await kit.install('crm', receiver.url, published);
    await kit.admin('PUT', 'apps/crm', { name: 'CRM', webhookUrl: receiver.url, events: ['comment'] });
    await kit.admin('DELETE', `installations/${String(installation['uuid'])}`, { user: JANE });
    expect((await kit.items('organizations/1/audit-log')).map(({ event, actor }) => [event, actor])).toEqual([
      ['sentry-app.uninstall', 'Jane'],
      ['sentry-app.edit', 'admin-token'],
      ['sentry-app.install', 'Jane'],
      ['sentry-app.add', 'admin-token'],
    ]);
  });
});
