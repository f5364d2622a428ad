import { NotifierKit, until } from '../testing/notifier-kit';
import type { Receiver } from '../testing/notifier-kit';

// The ids are those of the spec: outgoing-webhooks.md §10.
describe('the request log and what is not there', () => {
  let kit: NotifierKit;
  let receiver: Receiver;

  beforeEach(async () => {
    kit = await NotifierKit.start({ WEBHOOKS_RETRY_SCHEDULE_S: '3600' });
    receiver = await kit.receiver();
  }, 30_000);
  afterEach(() => kit.close());

  async function twoRequests(): Promise<void> {
    receiver.answer = (_webhook, index) => (index === 0 ? 200 : 500);
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await until(() => Promise.resolve(receiver.received.length === 1), 'the first came');
    await kit.tell('issue.created');
    await until(async () => (await kit.items('apps/one/requests')).length === 2, 'both are logged');
  }

  it('B31, B33, B34: errors alone or everything, of an internal app too', async () => {
    await twoRequests();
    expect((await kit.items('apps/one/requests?errorsOnly=true')).map(({ responseCode }) => responseCode)).toEqual([
      500,
    ]);
    const all = await kit.items('apps/one/requests?errorsOnly=false');
    expect(all.map(({ responseCode }) => responseCode).sort()).toEqual([200, 500]);
    expect(await kit.items('apps/one/requests?event=issue.resolved')).toEqual([]);
  });

  it('B26, B36: signatures are masked, bodies of successes are not kept, and no link is made up', async () => {
    await twoRequests();
    const text = JSON.stringify(await kit.items('apps/one/requests'));
    for (const { headers } of receiver.received) {
      expect(text).not.toContain(String(headers['sentry-hook-signature']));
      expect(text).not.toContain(String(headers['webhook-signature']));
    }
    expect(text).not.toContain('errorUrl');
  });

  it.each([
    ['B32 corrected: a query that is not known', 'apps/one/requests?start=yesterday'],
    ['errorsOnly that is neither', 'apps/one/requests?errorsOnly=perhaps'],
    ['a status that there is not', 'apps/one/deliveries?status=lost'],
  ])('%s is 400 and says so', async (_name, path) => {
    await kit.install('one', receiver.url);
    const answer = await kit.admin('GET', path);
    expect([answer.status, answer.json['error']]).toEqual([400, 'bad_query']);
  });

  it.each([
    ['GET', 'apps'],
    ['GET', 'apps/one/requests'],
    ['GET', 'apps/one/deliveries'],
    ['GET', 'organizations/1/audit-log'],
    ['POST', 'apps'],
    ['POST', 'occurrences'],
    ['POST', 'apps/one/enable'],
  ])('B30: %s %s is not for those who do not know the token', async (method, path) => {
    expect((await kit.admin(method, path, method === 'POST' ? {} : undefined, 'guess')).status).toBe(401);
  });

  it('A6: an installation or an app that is not there: no request, no error but 404', async () => {
    const install = { organizationId: 1, organizationSlug: 'acme', user: { id: 7, name: 'Jane' } };
    expect((await kit.admin('POST', 'apps/gone/installations', install)).status).toBe(404);
    const uuid = '7a485448-a9e2-4c85-8a3c-4f44175783c9';
    expect((await kit.admin('DELETE', `installations/${uuid}`, { user: install.user })).status).toBe(404);
    expect(receiver.received).toEqual([]);
  });

  it('A7 corrected: without a person who installs nothing is written and nothing sent', async () => {
    await kit.install('one', receiver.url, { kind: 'published' });
    await kit.settled();
    const before = receiver.received.length;
    const install = { organizationId: 2, organizationSlug: 'beta' };
    expect((await kit.admin('POST', 'apps/one/installations', install)).status).toBe(400);
    expect([receiver.received.length, await kit.waiting()]).toEqual([before, 0]);
  });

  it('B12: an app that is not published yet answers 400: dead with its reason, and nobody else is bothered', async () => {
    receiver.answer = () => 400;
    await kit.install('one', receiver.url, { kind: 'unpublished' });
    await kit.settled();
    expect((await kit.items('apps/one/deliveries'))[0]).toMatchObject({ status: 'dead', reason: 'http_4xx' });
    expect((await kit.admin('GET', 'apps/one/health')).json).toMatchObject({ state: 'active' });
  });

  it('D13: what an app does not list is neither sent nor counted', async () => {
    await kit.install('one', receiver.url, { events: ['comment'] });
    for (let count = 0; count < 3; count++) await kit.tell('issue.created');
    await kit.settled();
    expect(receiver.received).toEqual([]);
    const [today] = (await kit.admin('GET', 'apps/one/health')).json['days'] as object[];
    expect(today).toMatchObject({ success: 0, error: 0, timeout: 0 });
  });
});
