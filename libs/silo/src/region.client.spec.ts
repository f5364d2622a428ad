import { HttpPools } from '@switchyard/http-client';
import { startHttpServer } from '@switchyard/http-client/testing';
import type { TestServer } from '@switchyard/http-client/testing';
import { FakeClock } from '@switchyard/primitives';
import { metricsRegistry } from '@switchyard/telemetry';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RegionDirectory, RegionResolutionError } from './region-directory';
import { RegionClient } from './region.client';
import type { RegionRequest } from './region.client';
import { RegionGuard } from './region.guard';
import { sha256Hex } from './gateway-signature';
import { testKeys } from './testing';

interface Seen {
  readonly message: IncomingMessage;
  readonly body: Buffer;
}

const BODY = Buffer.from([0, 255, 10, 13, 128, 200]);

const request = (changes: Partial<RegionRequest> = {}): RegionRequest => ({
  method: 'POST',
  pathAndQuery: '/extensions/slack/action/?a=%2f',
  headers: ['Host', 'gateway.test', 'X-Slack-Signature', 'v0=00', 'Content-Length', '6'],
  body: BODY,
  isVerified: true,
  deliveryId: '7:us',
  timeoutMs: 5000,
  ...changes,
});

describe(RegionClient.name, () => {
  const keys = testKeys('a', 'b');
  const clock = new FakeClock();
  const seen: Seen[] = [];
  let answer: (response: ServerResponse) => void;
  let server: TestServer;
  let downOrigin: string;
  let pools: HttpPools;
  let client: RegionClient;

  beforeAll(async () => {
    server = await startHttpServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        seen.push({ message, body: Buffer.concat(chunks) });
        answer(response);
      });
    });
    const down = await startHttpServer(() => undefined);
    await down.close();
    downOrigin = down.origin;
  });

  afterAll(() => server.close());

  beforeEach(() => {
    seen.length = 0;
    answer = (response) => response.end('ok');
    pools = new HttpPools({ connectionsPerOrigin: 8, connectTimeoutMs: 1000 });
    const silo = { snowflakeId: 1, category: 'MULTI_TENANT', isVisible: true } as const;
    const directory = new RegionDirectory([
      { ...silo, name: 'us', address: server.origin },
      { ...silo, name: 'down', address: downOrigin },
    ]);
    client = new RegionClient({ directory, pools, keys, clock, maxResponseBytes: 1000 });
  });

  afterEach(() => pools.close());

  const guard = () => new RegionGuard({ region: 'us', keys, clock });
  const parts = ({ message, body }: Seen) => ({
    method: message.method ?? '',
    url: message.url ?? '',
    headers: message.headers,
    body,
  });

  it('forwards bytes, path and query as they came, so that the guard accepts them', async () => {
    const result = await client.send('us', request({ integrationId: '42' }));
    expect(result).toMatchObject({ kind: 'response', region: 'us', status: 200, body: Buffer.from('ok') });
    expect(seen[0]?.body.equals(BODY)).toBe(true);
    expect(seen[0]?.message.url).toBe('/extensions/slack/action/?a=%2f');
    expect(guard().guardRequest(parts(seen[0] as Seen))).toEqual({
      kind: 'ok',
      integrationId: '42',
      isVerified: true,
      deliveryId: '7:us',
      keyIndex: 0,
    });
  });

  it('C9 filters request headers; the signature of a stranger does not get through', async () => {
    const headers = [
      'Host',
      'gateway.test',
      'Authorization',
      'Bearer x',
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
      'Content-Encoding',
      'gzip',
      'Expect',
      '100-continue',
      'Transfer-Encoding',
      'chunked',
      'X-Forwarded-For',
      '1.2.3.4',
      'x-gateway-verified',
      '0',
      'X-Gateway-Other',
      '1',
    ];
    await client.send('us', request({ headers }));
    const { message } = seen[0] as Seen;
    expect(message.headers).toMatchObject({
      host: new URL(server.origin).host,
      authorization: 'Bearer x',
      'x-forwarded-for': '1.2.3.4',
      'x-gateway-verified': '1',
      'content-length': '6',
    });
    for (const name of ['x-hop', 'content-encoding', 'expect', 'transfer-encoding', 'x-gateway-other']) {
      expect(message.headers).not.toHaveProperty(name);
    }
    expect(guard().guardRequest(parts(seen[0] as Seen)).kind).toBe('ok');
  });

  it('signs each attempt anew: a retry is no replay, a repeated request is', async () => {
    const regionGuard = guard();
    await client.send('us', request());
    await client.send('us', request());
    const [first, second] = seen.map(parts);
    expect(regionGuard.guardRequest(first as never).kind).toBe('ok');
    expect(regionGuard.guardRequest(second as never)).toMatchObject({ kind: 'ok', deliveryId: '7:us' });
    expect(regionGuard.guardRequest(first as never)).toEqual({ kind: 'refused', reason: 'replay' });
  });

  it('takes the time at sending, and a digest computed before', async () => {
    clock.advance(3_600_000);
    await client.send('us', request({ bodySha256Hex: sha256Hex(BODY) }));
    expect(guard().guardRequest(parts(seen[0] as Seen)).kind).toBe('ok');
    seen.length = 0;
    await client.send('us', request({ bodySha256Hex: sha256Hex(Buffer.from('other')) }));
    expect(guard().guardRequest(parts(seen[0] as Seen))).toEqual({ kind: 'refused', reason: 'mismatch' });
  });

  it.each([200, 204, 300, 302, 304, 400, 404, 409, 500, 503])('C3, C5, C6 gives back %i as it is', async (status) => {
    answer = (response) => response.writeHead(status, { Location: '/x' }).end();
    expect(await client.send('us', request())).toMatchObject({ kind: 'response', status });
    expect(seen).toHaveLength(1);
  });

  it('C7, W-33 filters response headers, keeps repeats in order', async () => {
    answer = (response) => {
      const internal = [
        'X-Sentry-Subnet-Signature',
        'v0=1',
        'X-Sentry-Proxy-URL',
        'http://internal',
        'X-Gateway-A',
        '1',
      ];
      const kept = ['X-Some-Header', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain'];
      response.sendDate = false;
      response.writeHead(200, [...internal, ...kept, 'Connection', 'keep-alive, X-Hop', 'X-Hop', '1']).end('ok');
    };
    expect(await client.send('us', request())).toMatchObject({
      headers: ['X-Some-Header', '1', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain'],
    });
  });

  it('rejects with RegionResolutionError for a region that is not configured', async () => {
    await expect(client.send('moon', request())).rejects.toThrow(RegionResolutionError);
  });

  it('rejects what cannot be signed', async () => {
    await expect(client.send('us', request({ deliveryId: 'a|b' }))).rejects.toMatchObject({
      code: 'SWY_SILO_UNSIGNABLE',
    });
  });

  it('never leaves the configured address, whatever the path says', async () => {
    for (const pathAndQuery of ['http://elsewhere.test/', '@elsewhere.test/', '']) {
      expect(await client.send('us', request({ pathAndQuery }))).toMatchObject({ failure: 'invalid' });
    }
    expect(await client.send('us', request({ pathAndQuery: '//elsewhere.test/x' }))).toMatchObject({ status: 200 });
  });

  it('says why there is no response', async () => {
    expect(await client.send('down', request())).toMatchObject({ kind: 'failure', region: 'down', failure: 'connect' });
    answer = (response) => response.destroy();
    expect(await client.send('us', request())).toMatchObject({ kind: 'failure', region: 'us', failure: 'reset' });
    answer = (response) => response.end(Buffer.alloc(1001));
    expect(await client.send('us', request())).toMatchObject({ failure: 'too_large' });
    answer = () => undefined;
    expect(await client.send('us', request({ timeoutMs: 40 }))).toMatchObject({ failure: 'timeout' });
  });

  it('counts requests by region and outcome, and verdicts of the guard', async () => {
    // Reading carries tallied counts over, so that the reset forgets them too.
    await metricsRegistry.metrics();
    metricsRegistry.resetMetrics();
    await client.send('us', request());
    await client.send('down', request());
    guard().guardRequest(parts(seen[0] as Seen));
    guard().guardRequest({ ...parts(seen[0] as Seen), url: '/other' });
    const text = await metricsRegistry.metrics();
    expect(text).toContain('switchyard_region_requests_total{region="us",outcome="2xx"} 1');
    expect(text).toContain('switchyard_region_requests_total{region="down",outcome="connect"} 1');
    expect(text).toContain('switchyard_region_guard_total{outcome="ok"} 1');
    expect(text).toContain('switchyard_region_guard_total{outcome="mismatch"} 1');
  });
});
