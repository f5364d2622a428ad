import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { NotifierKit, until } from '../testing/notifier-kit';
import type { Receiver } from '../testing/notifier-kit';

describe('deliveries to apps', () => {
  let kit: NotifierKit;
  let receiver: Receiver;

  const start = async (environment: Record<string, string> = {}): Promise<void> => {
    kit = await NotifierKit.start(environment);
    receiver = await kit.receiver();
  };
  afterEach(() => kit.close());

  const deliveries = (slug = 'one') => kit.items(`apps/${slug}/deliveries`);
  const published = { kind: 'published', events: ['issue'] };
  const installPublished = async (): Promise<void> => {
    await kit.install('one', receiver.url, published);
    await kit.settled();
    receiver.received.length = 0;
  };

  it('F18, F21: 503 then 200 is delivered on the second attempt, under the same id and another signature time', async () => {
    await start();
    receiver.answer = (_webhook, index) => (index === 0 ? 503 : 200);
    const { app } = await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.settled();
    const [first, second] = receiver.received;
    expect(first?.headers['webhook-id']).toMatch(/^msg_[0-9A-Z]{26}$/);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['request-id']).not.toBe(first?.headers['request-id']);
    const verified = new Webhook(String(app['webhookSecret']));
    expect(verified.verify(String(second?.body), second?.headers as Record<string, string>)).toMatchObject({
      action: 'created',
    });
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 2, event: 'issue.created' }]);
  });

  it.each([
    ['B2, F16: 400 is no use trying again', 400, 1, 'http_4xx'],
    ['B10: a redirect is not followed', 302, 1, 'redirect'],
    ['B8, B9, F15 corrected: 500', 500, 4, 'http_5xx'],
    ['B6: 503', 503, 4, 'http_5xx'],
    ['B7: 504', 504, 4, 'http_5xx'],
    ['B9 corrected: 429', 429, 4, 'http_429'],
  ])('%s: dead with its reason', async (_name, status, attempts, reason) => {
    await start();
    await installPublished();
    receiver.answer = () => ({ status, headers: { location: 'http://127.0.0.1:1/' } });
    await kit.tell('issue.created');
    await kit.settled();
    expect(receiver.received).toHaveLength(attempts);
    expect((await deliveries())[0]).toMatchObject({ status: 'dead', attempts, reason });
  });

  it('F17, F15 strict: an internal app gets one attempt, a published one four', async () => {
    await start({ WEBHOOKS_STRICT_BASELINE: 'true' });
    receiver.answer = () => 503;
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.settled();
    expect(receiver.received).toHaveLength(1);
  });

  it('F19: 429 with Retry-After waits as long as it says', async () => {
    await start();
    receiver.answer = () => ({ status: 429, headers: { 'retry-after': '120' } });
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await until(async () => (await deliveries())[0]?.['reason'] === 'http_429', 'the answer is recorded');
    const dueInMs = Date.parse(String((await deliveries())[0]?.['dueAt'])) - Date.now();
    expect([dueInMs > 115_000, dueInMs < 150_000]).toEqual([true, true]);
    expect(await kit.sweep()).toBe(0);
  });

  it('D23: an app that is removed between queueing and sending gets no more, but its last word', async () => {
    await start({ WEBHOOKS_RETRY_SCHEDULE_S: '3600' });
    await installPublished();
    receiver.answer = () => 503;
    await kit.tell('issue.created');
    await until(async () => (await deliveries())[0]?.['reason'] === 'http_5xx', 'the first attempt is recorded');
    const [installation] = await kit.items('apps/one/installations');
    await kit.admin('DELETE', `installations/${String(installation?.['uuid'])}`, { user: { id: 7, name: 'Jane' } });
    receiver.answer = () => 200;
    await until(() => Promise.resolve(receiver.events.includes('installation.deleted')), 'the last word');
    const { rows } = await kit.pool.query(
      `SELECT status, reason FROM app_delivery WHERE action = 'created' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ status: 'cancelled', reason: 'uninstalled' }]);
  });

  it('what became of each delivery is tracked as an outcome, once, in the transaction that ended it', async () => {
    await start({ WEBHOOKS_RETRY_SCHEDULE_S: '0' });
    await kit.install('one', receiver.url);
    await kit.settled();
    await kit.pool.query('DELETE FROM tracked_outcome');
    receiver.answer = (_webhook, index) => (index === 0 ? 200 : 404);
    await kit.tell('issue.created');
    await kit.settled();
    await kit.tell('issue.created');
    await kit.settled();
    const { rows } = await kit.pool.query(
      'SELECT org_id, category, outcome, reason, sum(quantity)::integer AS quantity FROM tracked_outcome GROUP BY 1, 2, 3, 4 ORDER BY 3',
    );
    const own = { org_id: '1', category: 'app_webhook', quantity: 1 };
    expect(rows).toEqual([
      { ...own, outcome: 'accepted', reason: null },
      { ...own, outcome: 'invalid', reason: 'http_4xx' },
    ]);
  });

  it('replay makes dead ones wait again, in the same name, and says so in the audit log', async () => {
    await start({ WEBHOOKS_RETRY_SCHEDULE_S: '0' });
    receiver.answer = () => 500;
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.settled();
    receiver.answer = () => 200;
    const since = new Date(Date.now() - 60_000).toISOString();
    expect((await kit.admin('POST', 'apps/one/deliveries/replay', { since })).json).toEqual({ replayed: 1 });
    await kit.settled();
    const last = receiver.received.at(-1);
    expect(last?.headers).toMatchObject({
      'webhook-replay': 'true',
      'webhook-id': receiver.received[0]?.headers['webhook-id'],
    });
    expect((await deliveries())[0]).toMatchObject({ status: 'delivered', isReplay: true });
    expect((await kit.items('organizations/1/audit-log'))[0]).toMatchObject({ event: 'sentry-app.replay' });
    expect((await kit.admin('POST', 'apps/one/deliveries/replay', {})).status).toBe(400);
  });

  it('an endpoint that hangs takes nothing from another', async () => {
    await start({
      WEBHOOKS_CONCURRENCY: '6',
      WEBHOOKS_CONCURRENCY_PER_APP: '2',
      WEBHOOKS_FIRST_BYTE_TIMEOUT_MS: '5000',
    });
    const slow = await kit.receiver();
    slow.answer = () => 'hang';
    await kit.install('slow', slow.url);
    await kit.install('fast', receiver.url);
    for (let count = 0; count < 20; count++) await kit.tell('issue.created');
    await until(() => Promise.resolve(receiver.received.length === 20), 'the other got all');
    expect(slow.received.length).toBeLessThanOrEqual(2);
  });

  it('the breaker puts off what an endpoint would not take anyway, and drops nothing', async () => {
    await start({ WEBHOOKS_RETRY_SCHEDULE_S: '0,0,0,0,0,0,0,0,0,0' });
    receiver.answer = () => 503;
    await kit.install('one', receiver.url);
    for (let count = 0; count < 10; count++) await kit.tell('issue.created');
    await until(() => Promise.resolve(receiver.received.length >= 20), 'the breaker has seen enough');
    await kit.sweep();
    const before = receiver.received.length;
    expect(before).toBeLessThan(30);
    await kit.sweep();
    expect(receiver.received.length).toBeLessThanOrEqual(before + 5);
    expect(await kit.waiting()).toBe(10);
  });

  it('with the queue gone the sweeper finds what is due', async () => {
    await start();
    receiver.answer = (_webhook, index) => (index === 0 ? 500 : 200);
    await kit.install('one', receiver.url);
    await kit.pool.query('DROP SCHEMA bullmq CASCADE');
    await kit.tell('issue.created');
    await kit.settled();
    expect(await deliveries()).toMatchObject([{ status: 'delivered', attempts: 2 }]);
  });

  it('a crash after the claim: the delivery is made when the claim has ended', async () => {
    await start();
    await kit.install('one', receiver.url);
    await kit.tell('issue.created');
    await kit.settled();
    await kit.pool.query(
      `UPDATE app_delivery SET status = 'waiting', attempts = 1, finished_at = NULL, claimed_until = now() + interval '1 hour'`,
    );
    expect(await kit.sweep()).toBe(0);
    await kit.pool.query(`UPDATE app_delivery SET claimed_until = now() - interval '1 ms'`);
    await kit.sweep();
    await kit.settled();
    expect(receiver.received).toHaveLength(2);
  });

  describe('what endpoints do', () => {
    async function serve(onData: (socket: import('node:net').Socket) => void): Promise<string> {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => onData(socket));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      server.unref();
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }

    it.each([
      ['never answers', () => undefined, 'timeout_read'],
      ['closes without an answer', (socket: import('node:net').Socket) => socket.destroy(), undefined],
      ['B22: drips', (socket: import('node:net').Socket) => drip(socket), 'timeout_total'],
      ['speaks nonsense', (socket: import('node:net').Socket) => socket.end('hello\r\n\r\n'), undefined],
    ])('%s: one failed attempt with a reason, then the next', async (_name, onData, reason) => {
      await start({ WEBHOOKS_RETRY_SCHEDULE_S: '3600', WEBHOOKS_TOTAL_TIMEOUT_MS: '600' });
      await kit.install('one', await serve(onData));
      await kit.tell('issue.created');
      await until(async () => (await deliveries())[0]?.['reason'] !== null, 'the attempt is recorded');
      expect((await deliveries())[0]).toMatchObject({
        status: 'waiting',
        attempts: 1,
        reason: reason ?? expect.any(String),
      });
      const [logged] = await kit.items('apps/one/requests?errorsOnly=true');
      expect(logged).toMatchObject({ responseCode: 0, failureReason: expect.any(String) });
    });

    it('answers without end: it is cut, and delivered all the same', async () => {
      await start({ WEBHOOKS_MAX_RESPONSE_BYTES: '1000' });
      const url = await serve((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n');
        const flood = (): void =>
          void (socket.destroyed || !socket.writable || socket.write('x'.repeat(65_536), flood));
        flood();
      });
      await kit.install('one', url);
      await kit.tell('issue.created');
      await kit.settled();
      expect((await deliveries())[0]).toMatchObject({ attempts: 1 });
    });
  });
});

/** A byte now and then, for longer than anybody waits. */
function drip(socket: import('node:net').Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('x')), 50);
  timer.unref();
}
