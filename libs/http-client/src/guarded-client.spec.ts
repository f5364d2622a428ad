import { AddressRules } from './address-rules';
import { GuardedClient } from './guarded-client';
import type { GuardedClientOptions } from './guarded-client';
import type { GuardedRequest } from './guarded-exchange';
import { checkUrl } from './guarded-url';
import { startHttpServer, startTcpServer } from './testing';
import type { TestServer } from './testing';

const LOOPBACK = new AddressRules({ allowed: ['127.0.0.1/32'] });
const urls = { allowsHttp: true };

// The ids are those of the spec: outgoing-webhooks.md §10.7 and §10.2.
describe('AddressRules', () => {
  const rules = new AddressRules();

  it.each([
    ['G1 loopback', '127.0.0.1'],
    ['G4 loopback', '::1'],
    ['G5 mapped', '::ffff:10.0.0.1'],
    ['G6 metadata', '169.254.169.254'],
    ['translated', '64:ff9b::a00:1'],
    ['translated locally', '64:ff9b:1::1'],
    ['6to4', '2002:a00:1::'],
    ['unique local', 'fd00::1'],
    ['link local', 'fe80::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['carrier grade', '100.64.0.1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['no address', 'example.com'],
  ])('%s: refuses %s', (_name, address) => {
    expect(rules.isAllowed(address)).toBe(false);
  });

  it.each(['93.184.216.34', '2606:2800:220:1::1', '64:ff9b::5db8:d822', '::ffff:93.184.216.34'])(
    'allows %s',
    (address) => {
      expect(rules.isAllowed(address)).toBe(true);
    },
  );

  it('G9: the allow list wins, and additions block', () => {
    const own = new AddressRules({ allowed: ['10.1.2.3/32'], blocked: ['93.184.216.0/24'] });
    expect([own.isAllowed('10.1.2.3'), own.isAllowed('10.1.2.4'), own.isAllowed('93.184.216.34')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('checkUrl', () => {
  it.each([
    ['G10', 'ftp://host/'],
    ['G10', 'file:///etc/passwd'],
    ['B27', 'https://u:p@host/'],
    ['a fragment', 'https://host/#x'],
    ['a port of another service', 'https://host:25/'],
    ['not absolute', '/x'],
    ['too long', `https://host/${'x'.repeat(3000)}`],
  ])('%s: refuses %s', (_name, url) => {
    expect(checkUrl(url, urls).kind).toBe('refused');
  });

  it('wants https unless told otherwise', () => {
    expect(checkUrl('http://host/', { allowsHttp: false }).kind).toBe('refused');
    expect(checkUrl('https://host:8443/x?y', { allowsHttp: false }).kind).toBe('ok');
  });
});

describe(GuardedClient.name, () => {
  const servers: TestServer[] = [];
  const resources: (() => void)[] = [];
  afterEach(async () => {
    for (const release of resources.splice(0)) release();
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function serve(starting: Promise<TestServer>): Promise<TestServer> {
    const server = await starting;
    servers.push(server);
    return server;
  }
  const requestTo = (url: string): GuardedRequest => ({
    url,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{}'),
    totalTimeoutMs: 5_000,
    connectTimeoutMs: 1_000,
    firstByteTimeoutMs: 1_000,
    maxResponseBytes: 1_000,
  });
  function post(url: string, over: Partial<GuardedRequest> = {}, options: Partial<GuardedClientOptions> = {}) {
    return new GuardedClient({ addresses: LOOPBACK, urls, ...options }).send({ ...requestTo(url), ...over });
  }
  const named = (origin: string): string => origin.replace('127.0.0.1', 'hooks.example');
  const resolving = (...addresses: string[]) => ({
    resolver: { resolveAll: () => Promise.resolve(addresses) },
  });

  it.each([
    ['G1', '127.0.0.1'],
    ['G3 octal', '0177.0000.0000.0001'],
    ['decimal', '2130706433'],
    ['hexadecimal', '0x7f.1'],
    ['G4', '[::1]'],
    ['G5', '[::ffff:7f00:1]'],
  ])('%s: does not connect to %s', async (_name, host) => {
    const server = await serve(startHttpServer((_request, response) => response.end()));
    const { port } = new URL(server.origin);
    const result = await post(`http://${host}:${port}/`, {}, { addresses: new AddressRules() });
    expect(result).toMatchObject({ kind: 'failure', reason: 'blocked_address' });
    expect(JSON.stringify(result)).not.toContain('127.0.0.1');
    expect(server.connectionCount()).toBe(0);
  });

  it.each([
    ['93.184.216.34', '10.0.0.1'],
    ['10.0.0.1', '93.184.216.34'],
  ])('G7, B21: a name with one refused address is refused: %s, %s', async (...addresses) => {
    expect(await post('https://hooks.example/', {}, resolving(...addresses))).toMatchObject({
      reason: 'blocked_address',
    });
  });

  describe('kept connections', () => {
    const keeping = { keepIdleMs: 1_000 };

    it('serve several requests, each of which says how long it took', async () => {
      const server = await serve(
        startHttpServer((request, response) => request.resume().on('end', () => response.end('ok'))),
      );
      const client = new GuardedClient({ addresses: LOOPBACK, urls, ...keeping });
      for (let count = 0; count < 3; count++) {
        const result = await client.send(requestTo(`${server.origin}/`));
        expect(result).toMatchObject({ kind: 'response', status: 200, phases: { connectMs: expect.any(Number) } });
      }
      expect(server.connectionCount()).toBe(1);
      client.close();
    });

    it('G8: are not used when the name leads elsewhere now, and an address that is refused is', async () => {
      const server = await serve(startHttpServer((_request, response) => response.end('ok')));
      const answers = [['127.0.0.1'], ['10.0.0.1'], ['127.0.0.1']];
      const resolver = { resolveAll: () => Promise.resolve(answers.shift() ?? []) };
      const client = new GuardedClient({ addresses: LOOPBACK, urls, resolver, ...keeping });
      const kinds = [];
      for (let count = 0; count < 3; count++)
        kinds.push((await client.send(requestTo(named(`${server.origin}/`)))).kind);
      expect(kinds).toEqual(['response', 'failure', 'response']);
      client.close();
    });

    it('are not given back half read: the next request has a clean one', async () => {
      const server = await serve(startHttpServer((_request, response) => response.end('x'.repeat(5_000))));
      const client = new GuardedClient({ addresses: LOOPBACK, urls, ...keeping });
      for (let count = 0; count < 2; count++) {
        expect(await client.send(requestTo(`${server.origin}/`))).toMatchObject({ isTruncated: true });
      }
      expect(server.connectionCount()).toBe(2);
      client.close();
    });
  });

  it('connects to the address that was checked, though a second lookup would lead elsewhere; Host keeps the name', async () => {
    let host: string | undefined;
    const server = await serve(
      startHttpServer((request, response) => {
        host = request.headers.host;
        response.end('ok');
      }),
    );
    let lookups = 0;
    const resolver = {
      resolveAll: () => Promise.resolve([lookups++ === 0 ? '127.0.0.1' : '169.254.169.254']),
    };
    const result = await post(named(server.origin), {}, { resolver });
    expect(result).toMatchObject({ kind: 'response', status: 200, address: '127.0.0.1' });
    expect({ lookups, host }).toEqual({ lookups: 1, host: new URL(named(server.origin)).host });
    expect(await post(named(server.origin), {}, { resolver })).toMatchObject({ reason: 'blocked_address' });
  });

  it('G12: a lookup that hangs ends after its limit', async () => {
    const resolver = { resolveAll: () => new Promise<string[]>(() => undefined) };
    expect(await post('https://hooks.example/', { connectTimeoutMs: 50 }, { resolver })).toMatchObject({
      reason: 'dns',
    });
  });

  it('B10: a redirect is an answer; nobody follows it', async () => {
    const inner = await serve(startHttpServer((_request, response) => response.end()));
    const server = await serve(
      startHttpServer((_request, response) => {
        response.writeHead(302, { location: `${inner.origin}/latest/meta-data` }).end();
      }),
    );
    expect(await post(server.origin)).toMatchObject({ kind: 'response', status: 302 });
    expect(inner.connectionCount()).toBe(0);
  });

  it('B25: a refused connection is one attempt and a value', async () => {
    const server = await startTcpServer(() => undefined);
    await server.close();
    expect(await post(server.origin)).toMatchObject({ kind: 'failure', reason: 'refused' });
  });

  it('an endpoint that never answers: timeout_read', async () => {
    const server = await serve(startHttpServer(() => undefined));
    expect(await post(server.origin, { firstByteTimeoutMs: 50 })).toMatchObject({ reason: 'timeout_read' });
  });

  it('B22: an endpoint that drips is cut at the total deadline', async () => {
    const server = await serve(
      startHttpServer((_request, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 20);
        resources.push(() => clearInterval(timer));
      }),
    );
    const result = await post(server.origin, { totalTimeoutMs: 200 });
    expect(result).toMatchObject({ kind: 'failure', reason: 'timeout_total' });
    expect(result.phases.firstByteMs).toBeLessThan(result.phases.totalMs);
  });

  it('an endless answer is cut at the limit', async () => {
    const server = await serve(
      startHttpServer((_request, response) => {
        const more = (): void => {
          if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
        };
        more();
      }),
    );
    const result = await post(server.origin);
    expect(result).toMatchObject({ kind: 'response', isTruncated: true });
    expect(result.kind === 'response' && result.body.length).toBe(1_000);
  });

  it('a close in mid-body is a reset', async () => {
    const server = await serve(
      startTcpServer((socket) => {
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
      }),
    );
    expect(await post(server.origin)).toMatchObject({ kind: 'failure', reason: 'reset' });
  });

  it('an answer that is not HTTP is a protocol failure', async () => {
    const server = await serve(startTcpServer((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n'))));
    expect(await post(server.origin)).toMatchObject({ kind: 'failure', reason: 'protocol' });
  });

  it('B20: TLS that is none is a TLS failure', async () => {
    const server = await serve(startHttpServer((_request, response) => response.end()));
    expect(await post(server.origin.replace('http:', 'https:'))).toMatchObject({ kind: 'failure', reason: 'tls' });
  });

  it('hands over bytes that are not UTF-8 as they are', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    const server = await serve(startHttpServer((_request, response) => response.writeHead(400).end(bytes)));
    const result = await post(server.origin);
    expect(result.kind === 'response' && result.body.equals(bytes)).toBe(true);
  });
});
