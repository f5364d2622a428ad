import { NotifierKit, until } from '../testing/notifier-kit';
import type { Receiver } from '../testing/notifier-kit';

const OWNERS = [
  { email: 'ada@example.test', name: 'Ada' },
  { email: 'bo@example.test', name: 'Bo' },
  { email: 'fake@example.test', isVerified: false },
];

describe('apps that stay broken', () => {
  let kit: NotifierKit;
  let receiver: Receiver;

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    kit = await NotifierKit.start({ WEBHOOKS_RETRY_SCHEDULE_S: '3600', ...environment });
    receiver = await kit.receiver();
    await kit.admin('PUT', 'organizations/1/owners', { owners: OWNERS });
  };
  afterEach(() => kit.close());

  const stateOf = async () => (await kit.admin('GET', 'apps/one')).json['state'];
  const audited = async () => (await kit.items('organizations/1/audit-log')).map(({ event }) => event);
  const untilState = (state: string) => until(async () => (await stateOf()) === state, `the app is ${state}`);
  const recorded = async (count: number) =>
    until(async () => (await kit.items('apps/one/requests?errorsOnly=true')).length >= count, `${count} failures`);

  it('D9: three timeouts of three: disabled, counters empty, each owner told, in the audit log', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '3' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    for (let count = 0; count < 3; count++) await kit.tell('issue.assigned');
    await untilState('disabled');
    await until(
      () => Promise.resolve(kit.messages.filter(({ subject }) => subject.includes('switched off')).length === 2),
      'both owners know',
    );
    const health = (await kit.admin('GET', 'apps/one/health')).json;
    expect(health).toMatchObject({ state: 'disabled', disabledRule: 'timeouts' });
    expect((health['days'] as { timeout: number }[])[0]?.timeout).toBe(0);
    expect((await kit.admin('GET', 'apps/one')).json['events']).toHaveLength(5);
    const [entry] = (await kit.items('organizations/1/audit-log')).filter(
      ({ event }) => event === 'internal-integration.disable',
    );
    expect(entry).toMatchObject({ actor: 'Switchyard', data: { name: 'one', rule: 'timeouts', app_slug: 'one' } });
    expect((entry?.['data'] as { previous_events: string[] }).previous_events).toHaveLength(5);
  });

  it('D19: the log holds the days by which it was judged, and no secret', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '2' });
    receiver.answer = () => 'hang';
    const { app } = await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.tell('issue.created');
    await untilState('disabled');
    const line = kit.logs.find(({ event }) => event === 'sentryapp.disabled');
    expect(line).toMatchObject({ sentryapp_slug: 'one', org_id: '1', rule: 'timeouts' });
    expect((line?.['buffer_record'] as { timeout: number }[])[0]?.timeout).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(kit.logs)).not.toContain(String(app['clientSecret']));
  });

  it('D10: an error a day for seven days disables on the seventh; D22, D23: then nothing of its subscriptions is sent', async () => {
    await start();
    receiver.answer = () => 503;
    const { app } = await kit.install('one', receiver.url);
    await kit.passErrorDays(app['id'], 6);
    await kit.tell('issue.created');
    await kit.tell('issue.resolved');
    await untilState('disabled');
    await until(async () => (await kit.waiting()) === 0, 'what was queued has ended');
    const statuses = (await kit.items('apps/one/deliveries')).map(({ status, reason }) => [status, reason]);
    expect(statuses).toContainEqual(['cancelled', 'app_disabled']);
    expect((await kit.tell('issue.created')).json).toEqual({ kind: 'taken', deliveries: 0 });
  });

  it('D11: a success on one of the days: not disabled', async () => {
    await start();
    receiver.answer = () => 400;
    const { app } = await kit.install('one', receiver.url);
    await kit.passErrorDays(app['id'], 6);
    await kit.pool.query(`UPDATE request_health SET success = 1 WHERE day = (SELECT max(day) FROM request_health)`);
    await kit.tell('issue.created');
    await recorded(1);
    await kit.settled();
    expect(await stateOf()).toBe('active');
  });

  it('D1: a published app is never disabled', async () => {
    await start();
    receiver.answer = () => 400;
    const { app } = await kit.install('one', receiver.url, { kind: 'published' });
    await kit.passErrorDays(app['id'], 6);
    await kit.tell('issue.created');
    await recorded(1);
    await kit.settled();
    expect(await stateOf()).toBe('active');
  });

  it('D15, D21: alert rules neither disable an app nor stop with it', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '3' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    for (let count = 0; count < 4; count++) await kit.tell('event_alert.triggered', { targets: [{ appSlug: 'one' }] });
    await recorded(4);
    expect(await stateOf()).toBe('active');
    expect(((await kit.admin('GET', 'apps/one/health')).json['alerts'] as { timeout: number }[])[0]?.timeout).toBe(4);
    await kit.pool.query(`UPDATE app SET state = 'disabled'`);
    receiver.answer = () => 200;
    const before = receiver.received.length;
    await kit.tell('event_alert.triggered', { targets: [{ appSlug: 'one' }] });
    await until(() => Promise.resolve(receiver.received.length > before), 'the alert was sent');
  });

  it('D16, D17, E21: many failures at once: one audit entry, one mail per owner', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '2', WEBHOOKS_CONCURRENCY_PER_APP: '20' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    for (let count = 0; count < 15; count++) await kit.tell('issue.created');
    await untilState('disabled');
    await kit.settled();
    await until(
      () => Promise.resolve(kit.messages.filter(({ subject }) => subject.includes('switched off')).length >= 2),
      'mails',
    );
    expect((await audited()).filter((event) => event === 'internal-integration.disable')).toHaveLength(1);
    await until(
      async () => (await kit.pool.query('SELECT FROM outbox_message')).rowCount === 0,
      'every notice is handled',
    );
    const off = kit.messages.filter(({ subject }) => subject.includes('switched off'));
    expect(
      off
        .map(({ to }) => to)
        .flat()
        .sort(),
    ).toHaveLength(2);
    expect(JSON.stringify(off)).not.toContain('fake@example.test');
  });

  it('D18: a mail server that is away: disabled and audited all the same, and the mail comes later', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1', SWITCHYARD_SMTP_URL: 'smtp://127.0.0.1:1' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await untilState('disabled');
    expect(await audited()).toContain('internal-integration.disable');
    expect(kit.messages).toEqual([]);
  });

  it('warnings at 50, 70 and 90 percent of the way, each once', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '10' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    for (let count = 1; count <= 9; count++) {
      await kit.tell('issue.created');
      await recorded(count);
    }
    await until(
      async () => (await kit.pool.query('SELECT FROM outbox_message')).rowCount === 0,
      'every notice is handled',
    );
    await kit.untilMails(6);
    const percents = kit.messages.map(({ text }) => /(\d+) percent/.exec(text ?? '')?.[1]).sort();
    expect(percents).toEqual(['50', '50', '70', '70', '90', '90']);
    expect(await stateOf()).toBe('active');
  });

  it('a warning is switched off with one click, by whom it was sent to and for that alone; the word of the end still comes', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '10', WEBHOOKS_PUBLIC_URL: 'https://notifier.example.test' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    for (let count = 1; count <= 5; count++) await kit.tell('issue.created');
    const [mail] = (await kit.untilMails(2)).filter(({ to }) => to.includes('ada@example.test'));
    expect(mail?.headers).toMatchObject({
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'list-id': expect.stringContaining('<apps.1.'),
      references: expect.stringMatching(/^<app-.*>$/),
    });
    const path = new URL(/^<(.*)>$/.exec(mail?.headers['list-unsubscribe'] ?? '')?.[1] ?? '').pathname;
    const asked = await fetch(`${kit.origin}${path}`);
    expect([asked.status, asked.headers.get('referrer-policy')]).toEqual([200, 'no-referrer']);
    expect((await kit.pool.query('SELECT FROM mail_opt_out')).rowCount).toBe(0);
    const init = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
    for (const expected of [200, 200]) expect((await fetch(`${kit.origin}${path}`, init)).status).toBe(expected);
    expect((await fetch(`${kit.origin}${path.slice(0, -3)}`, init)).status).toBe(404);
    for (let count = 6; count <= 10; count++) await kit.tell('issue.created');
    await untilState('disabled');
    const toldOf = (words: string) =>
      kit.messages
        .filter(({ subject }) => subject.includes(words))
        .map(({ to }) => String(to[0]))
        .sort();
    await until(() => Promise.resolve(toldOf('switched off').length === 2), 'both owners know');
    expect(toldOf('Webhooks of one fail').filter((to) => to === 'ada@example.test')).toHaveLength(1);
    expect(toldOf('switched off')).toEqual(['ada@example.test', 'bo@example.test']);
  });

  it.each(['observe', 'off'])('mode %s disables nothing', async (mode) => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1', WEBHOOKS_DISABLE_MODE: mode });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await recorded(1);
    expect(await stateOf()).toBe('active');
  });

  it('410 disables at once, whatever came before', async () => {
    await start();
    receiver.answer = () => 410;
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await untilState('disabled');
    expect((await kit.admin('GET', 'apps/one')).json).toMatchObject({ disabledRule: 'gone' });
    expect((await kit.items('apps/one/deliveries'))[0]).toMatchObject({ status: 'dead', reason: 'gone' });
  });

  it('D24, D25: enabling needs a probe that is answered, keeps the subscriptions, tells the owners, and starts clean', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    expect((await kit.admin('POST', 'apps/one/enable', {})).status).toBe(409);
    await kit.tell('issue.created');
    await untilState('disabled');
    const refused = await kit.admin('POST', 'apps/one/enable', {});
    expect([refused.status, JSON.stringify(refused.json)]).toEqual([409, expect.stringContaining('timeout')]);
    receiver.answer = () => 200;
    const enabled = await kit.admin('POST', 'apps/one/enable', {});
    expect(enabled.json).toMatchObject({ state: 'active', disabledAt: null });
    expect(enabled.json['events']).toHaveLength(5);
    expect(receiver.events.at(-1)).toBe('endpoint.probe');
    await kit.tell('issue.resolved');
    await kit.settled();
    expect(receiver.events.at(-1)).toBe('issue.resolved');
    await until(
      () => Promise.resolve(kit.messages.some(({ subject }) => subject.includes('switched on again'))),
      'the owners know',
    );
    expect(await audited()).toContain('internal-integration.enable');
  });

  it('E10 corrected: while the queue is away the notice waits in the outbox, and the app is disabled all the same', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    await kit.pool.query('DROP SCHEMA bullmq CASCADE');
    await kit.tell('issue.created');
    await untilState('disabled');
    await until(
      () => Promise.resolve(kit.logs.some(({ event }) => event === 'outbox_handler.failed')),
      'the notice could not be queued',
    );
    expect((await kit.pool.query('SELECT FROM outbox_message')).rowCount).toBe(1);
    expect(kit.messages).toEqual([]);
  });

  it('E20: a mail server that is busy twice gets the mail once', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1', SWITCHYARD_MAIL_FIRST_RETRY_MS: '10' });
    await kit.admin('PUT', 'organizations/1/owners', { owners: OWNERS.slice(0, 1) });
    kit.mail.refusals.push(451, 451);
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.untilMails(1);
    expect(kit.messages.map(({ to }) => to)).toEqual([['ada@example.test']]);
    expect(kit.mail.refusals).toEqual([]);
  });

  it('E17, E18: hostile names stay words', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1' });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url, { name: `my app's <script>alert(1)</script> <!channel> \u202ebot` });
    await kit.tell('issue.created');
    const [mail] = await kit.untilMails(1);
    expect(mail?.subject).toContain("my app's <script>");
    expect(mail?.text).toContain("my app's <script>");
    expect(mail?.html).not.toContain('<script>');
    expect(`${mail?.subject}${mail?.text}${mail?.html}`).not.toContain('\u202e');
  });

  it('E6: without owners there is no mail, no error, and a line that says so', async () => {
    await start({ WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD: '1' });
    await kit.admin('PUT', 'organizations/1/owners', { owners: [] });
    receiver.answer = () => 'hang';
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await untilState('disabled');
    await until(
      async () => (await kit.pool.query('SELECT FROM outbox_message')).rowCount === 0,
      'the notice is handled',
    );
    expect(kit.logs).toContainEqual(expect.objectContaining({ event: 'integration.disabled.notified', owners: 0 }));
    expect(kit.messages).toEqual([]);
  });
});
