import type { IncomingHttpHeaders, RequestListener } from 'node:http';
import { temporaryDatabase } from '@switchyard/database/testing';
import type { TemporaryDatabase } from '@switchyard/database/testing';
import { AddressRules, GuardedClient } from '@switchyard/http-client';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import {
  appAlertsSubject,
  appSubject,
  IntegrationHealthService,
  PostgresRequestBufferStore,
  REQUEST_BUFFER_LIMITS,
  requestBufferMigrations,
} from '@switchyard/integration-request-buffer';
import type { LoggedRequest, RequestBufferStore } from '@switchyard/integration-request-buffer';
import { systemClock } from '@switchyard/primitives';
import { silentLogger } from '@switchyard/telemetry';
import { hookSignature } from './signature';
import { WebhookSender } from './webhook-sender';
import type { DeliveryAttempt } from './webhook-sender';

const SECRET = 'f1a2'.repeat(16);
const thresholds = { windowDays: 7, timeoutsPerDay: 3, timeoutRatioMin: 0.5 };
const options = {
  totalTimeoutMs: 2_000,
  connectTimeoutMs: 1_000,
  firstByteTimeoutMs: 100,
  maxResponseBytes: 65_536,
  headerPrefix: 'Sentry',
  userAgent: 'switchyard/test',
  isStrict: false,
};

// The ids are those of the spec: outgoing-webhooks.md §10.2 and §10.4.
describe(WebhookSender.name, () => {
  let database: TemporaryDatabase;
  let store: RequestBufferStore;
  let health: IntegrationHealthService;
  let server: TestServer | undefined;

  beforeAll(async () => {
    database = await temporaryDatabase(requestBufferMigrations);
    store = new PostgresRequestBufferStore(database.pool, REQUEST_BUFFER_LIMITS, systemClock);
    health = new IntegrationHealthService(store, thresholds, systemClock);
  });
  afterAll(() => database.drop());
  beforeEach(() => database.pool.query('TRUNCATE request_health, request_log'));
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  const sender = (addresses = new AddressRules({ allowed: ['127.0.0.1/32'] }), buffer = health): WebhookSender =>
    new WebhookSender(
      new GuardedClient({ addresses, urls: { allowsHttp: true } }),
      buffer,
      options,
      systemClock,
      silentLogger,
    );
  const attempt = (url: string | undefined, isInternal = true, resource = 'issue'): DeliveryAttempt => ({
    app: { id: '1', isInternal, webhookUrl: url, secrets: { client: SECRET, standard: [] } },
    organizationId: '2',
    event: { resource, action: 'created', installationUuid: 'i', data: { name: 'é' }, actor: { kind: 'system' } },
    deliveryId: 'd1',
    attempt: 1,
  });
  async function serve(listener: RequestListener): Promise<string> {
    server = await startHttpServer(listener);
    return server.origin;
  }
  const answering = (status: number): Promise<string> =>
    serve((_request, response) => response.writeHead(status).end());
  const logged = (eventName = 'issue.created'): Promise<readonly LoggedRequest[]> =>
    store.requests({ appId: '1', eventNames: [eventName], isErrorsOnly: false });
  const today = async (subject = appSubject('1', '2')) => (await health.judge(subject)).days[0];

  it('A14, A15: the receiver gets the signed bytes, and the log has the id that it got', async () => {
    let got: { headers: IncomingHttpHeaders; body: Buffer } | undefined;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        got = { headers: request.headers, body: Buffer.concat(chunks) };
        response.writeHead(500).end();
      });
    });
    await sender().send(attempt(url));
    expect(got?.headers['sentry-hook-signature']).toBe(hookSignature(SECRET, got?.body as Buffer));
    expect((await logged())[0]?.requestHeaders?.['Request-ID']).toBe(got?.headers['request-id']);
  });

  it.each([
    ['D3', 200, 'delivered', { success: 1, error: 0, timeout: 0 }],
    ['D4', 404, 'rejected', { success: 0, error: 1, timeout: 0 }],
    ['D5', 429, 'retryable', { success: 0, error: 0, timeout: 0 }],
    ['D6 corrected', 500, 'retryable', { success: 0, error: 1, timeout: 0 }],
    ['D7 corrected', 301, 'rejected', { success: 0, error: 1, timeout: 0 }],
  ])('%s: an internal app that answers %d', async (_id, status, kind, counts) => {
    expect(await sender().send(attempt(await answering(status)))).toMatchObject({ kind });
    expect(await today()).toMatchObject(counts);
    expect(await logged()).toMatchObject([{ responseCode: status, deliveryId: 'd1' }]);
  });

  it('D1: a published app is logged with its organization and not counted', async () => {
    await sender().send(attempt(await answering(400), false));
    expect(await logged()).toMatchObject([{ responseCode: 400, organizationId: '2' }]);
    expect(await today()).toMatchObject({ error: 0 });
  });

  it('B4, D12: an endpoint that never answers is one timeout, not yet broken', async () => {
    const url = await serve(() => undefined);
    expect(await sender().send(attempt(url))).toEqual({ kind: 'retryable', reason: 'timeout_read' });
    expect(await today()).toMatchObject({ timeout: 1 });
    expect((await health.judge(appSubject('1', '2'))).verdict.isBroken).toBe(false);
  });

  it('D15: alert deliveries have counters of their own', async () => {
    const url = await serve(() => undefined);
    for (let n = 0; n < 3; n++) await sender().send(attempt(url, true, 'event_alert'));
    expect(await today()).toMatchObject({ timeout: 0 });
    expect(await today(appAlertsSubject('1', '2'))).toMatchObject({ timeout: 3 });
  });

  it('B18: the URL of the delivery wins over the app’s', async () => {
    const url = await answering(200);
    expect(await sender().send({ ...attempt('http://127.0.0.1:1/'), url })).toEqual({ kind: 'delivered' });
    expect(await logged()).toMatchObject([{ webhookUrl: `${url}/` }]);
  });

  it('B19 corrected: without a URL nothing is sent', async () => {
    expect(await sender().send(attempt(undefined))).toEqual({ kind: 'not_sent', reason: 'no_url' });
  });

  it('B21: a refused address is logged without the address, and counts as an error', async () => {
    const url = await answering(200);
    expect(await sender(new AddressRules()).send(attempt(url))).toEqual({ kind: 'blocked', reason: 'blocked_address' });
    expect(await logged()).toMatchObject([{ responseCode: 0, failureReason: 'blocked_address' }]);
    expect(await today()).toMatchObject({ error: 1 });
  });

  it('a log that cannot be written does not undo a delivery', async () => {
    const away: RequestBufferStore = { ...store, record: () => Promise.reject(new Error('away')) };
    const buffer = new IntegrationHealthService(away, thresholds, systemClock);
    expect(await sender(undefined, buffer).send(attempt(await answering(200)))).toEqual({ kind: 'delivered' });
  });

  describe('strict', () => {
    const strictHealth = () => new IntegrationHealthService(store, thresholds, systemClock, true);
    const strict = (resolver?: ConstructorParameters<typeof GuardedClient>[0]['resolver']): WebhookSender =>
      new WebhookSender(
        new GuardedClient({
          addresses: new AddressRules({ allowed: ['127.0.0.1/32'] }),
          urls: { allowsHttp: true },
          resolver,
        }),
        strictHealth(),
        { ...options, isStrict: true },
        systemClock,
        silentLogger,
      );

    it('B3 strict: a JSON answer is kept as the text of a JSON string; others as they are', async () => {
      const answers = ['{"a": 1}', '<p>no</p>'];
      const url = await serve((_request, response) => response.writeHead(400).end(answers.shift()));
      for (let count = 0; count < 2; count += 1) await strict().send(attempt(url));
      expect((await logged()).map(({ responseBody }) => responseBody).sort()).toEqual(['"{\\"a\\": 1}"', '<p>no</p>']);
    });

    it('B25 strict: a refused connection is tried four times at once; otherwise once', async () => {
      const url = await answering(200);
      await server?.close();
      server = undefined;
      const named = url.replace('127.0.0.1', 'app.example.test');
      let lookups = 0;
      const resolver = {
        resolveAll: () => {
          lookups += 1;
          return Promise.resolve(['127.0.0.1']);
        },
      };
      await strict(resolver).send(attempt(named));
      expect(lookups).toBe(4);
      const addresses = new AddressRules({ allowed: ['127.0.0.1/32'] });
      const client = new GuardedClient({ addresses, urls: { allowsHttp: true }, resolver });
      await new WebhookSender(client, health, options, systemClock, silentLogger).send(attempt(named));
      expect(lookups).toBe(5);
    });

    it('A15 strict: the log never shows the id that was sent', async () => {
      let sent: string | undefined;
      const url = await serve((request, response) => {
        sent = String(request.headers['request-id']);
        response.writeHead(500).end();
      });
      await strict().send(attempt(url));
      const [entry] = await logged();
      expect(sent).toMatch(/^[0-9a-f]{32}$/);
      expect(entry?.requestHeaders?.['Request-ID']).toMatch(/^[0-9a-f]{32}$/);
      expect(entry?.requestHeaders?.['Request-ID']).not.toBe(sent);
    });

    it('keys of counters have no braces, and both ways count apart', async () => {
      const url = await answering(400);
      await strict().send(attempt(url));
      const { rows } = await database.pool.query('SELECT DISTINCT subject FROM request_health');
      expect(rows).toEqual([{ subject: 'sentry-app-error:1:2' }]);
      expect((await today())?.error ?? 0).toBe(0);
    });
  });
});
