import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { HttpPools } from './http-pools';
import type { HttpRequest, HttpResult } from './http-exchange';
import { startHttpServer, startTcpServer } from './testing';
import type { TestServer } from './testing';

const ALL_BYTES = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));

const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/hook?a=%2f&b',
  headers: ['Content-Type', 'application/octet-stream'],
  body: ALL_BYTES,
  timeoutMs: 5000,
  maxResponseBytes: 100_000,
  ...changes,
});

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function valuesOf(result: HttpResult, name: string): string[] {
  if (result.kind !== 'response') throw new Error(`no response: ${result.failure}, ${result.detail}`);
  return result.headers.filter((_, index) => index % 2 === 1 && result.headers[index - 1] === name);
}

describe(HttpPools.name, () => {
  const servers: TestServer[] = [];
  let pools: HttpPools;

  beforeEach(() => {
    pools = new HttpPools({ connectionsPerOrigin: 4, connectTimeoutMs: 1000 });
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await pools.close();
  });

  async function http(listener: RequestListener): Promise<TestServer> {
    const server = await startHttpServer(listener);
    servers.push(server);
    return server;
  }

  /** A server that answers the first bytes of each connection with `answer`, then ends it if told so. */
  async function speaking(answer: string, end: 'keep' | 'end' | 'reset' = 'keep'): Promise<string> {
    const server = await startTcpServer((socket) => {
      socket.once('data', () =>
        socket.write(answer, 'latin1', () => {
          if (end === 'end') socket.end();
          if (end === 'reset') socket.resetAndDestroy();
        }),
      );
    });
    servers.push(server);
    return server.origin;
  }

  it('sends method, path, headers and bytes as they are', async () => {
    let seen: { message: IncomingMessage; body: Buffer } | undefined;
    const { origin } = await http((message, response) => {
      void readBody(message).then((body) => {
        seen = { message, body };
        response.end();
      });
    });
    const headers = ['X-One', 'a', 'x-TWO', 'b\u00e9', 'X-One', 'c', 'X-Empty', ''];
    await pools.send(origin, request({ method: 'PATCH', headers }));
    expect(seen?.message.method).toBe('PATCH');
    expect(seen?.message.url).toBe('/hook?a=%2f&b');
    expect(seen?.message.rawHeaders).toEqual(expect.arrayContaining(headers));
    expect(seen?.message.rawHeaders.slice(4, 12)).toEqual(headers);
    expect(seen?.body.equals(ALL_BYTES)).toBe(true);
  });

  it('gives status, headers with repeats and bytes of the response', async () => {
    const { origin } = await http((_, response) => {
      response.writeHead(418, ['Set-Cookie', 'a=1', 'X-Other', 'o', 'set-cookie', 'b=2', 'Set-Cookie', 'c=3']);
      response.end(ALL_BYTES);
    });
    const result = await pools.send(origin, request());
    expect(result).toMatchObject({ kind: 'response', status: 418, body: ALL_BYTES });
    expect(valuesOf(result, 'Set-Cookie')).toEqual(['a=1', 'c=3']);
    expect(valuesOf(result, 'set-cookie')).toEqual(['b=2']);
  });

  it('leaves out the response headers that are not wanted', async () => {
    const { origin } = await http((_, response) => response.writeHead(200, ['X-A', '1', 'X-B', '2']).end());
    const result = await pools.send(origin, request({ keepsResponseHeader: (name) => name === 'X-B' }));
    expect(result).toMatchObject({ headers: ['X-B', '2'] });
  });

  it('joins a body of many chunks', async () => {
    const { origin } = await http((_, response) => {
      for (let part = 0; part < 50; part++) response.write(ALL_BYTES);
      response.end();
    });
    const result = await pools.send(origin, request());
    expect(result).toMatchObject({ body: Buffer.concat(Array.from({ length: 50 }, () => ALL_BYTES)) });
  });

  it.each([
    ['HEAD', 200],
    ['POST', 204],
    ['GET', 304],
  ])('takes a response without a body: %s %i', async (method, status) => {
    const { origin } = await http((_, response) => response.writeHead(status).end());
    const result = await pools.send(origin, request({ method, body: Buffer.alloc(0) }));
    expect(result).toMatchObject({ kind: 'response', status, body: Buffer.alloc(0) });
  });

  it('does not follow a redirect', async () => {
    const paths: (string | undefined)[] = [];
    const { origin } = await http((message, response) => {
      paths.push(message.url);
      response.writeHead(302, { Location: '/elsewhere' }).end();
    });
    const result = await pools.send(origin, request({ method: 'GET', path: '/here', body: Buffer.alloc(0) }));
    expect(result).toMatchObject({ kind: 'response', status: 302 });
    expect(paths).toEqual(['/here']);
  });

  it('passes over informational responses, and bears trailers', async () => {
    const origin = await speaking(
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n',
    );
    const result = await pools.send(origin, request());
    expect(result).toMatchObject({ kind: 'response', status: 200, body: Buffer.from('ok') });
    expect(valuesOf(result, 'Link')).toEqual([]);
    expect(valuesOf(result, 'X-T')).toEqual([]);
  });

  it('uses connections again: a second one only because the first rests for a turn of the event loop', async () => {
    const server = await http((_, response) => response.end('ok'));
    for (let turn = 0; turn < 50; turn++) await pools.send(server.origin, request());
    expect(server.connectionCount()).toBeLessThanOrEqual(2);
  });

  it('opens no more connections than allowed, and answers each request with its own response', async () => {
    const server = await http((message, response) => {
      message.resume();
      setImmediate(() => response.end(message.url));
    });
    const paths = Array.from({ length: 200 }, (_, index) => `/${index}`);
    const results = await Promise.all(paths.map((path) => pools.send(server.origin, request({ path }))));
    expect(results.map((result) => (result.kind === 'response' ? result.body.toString() : result.failure))).toEqual(
      paths,
    );
    expect(server.connectionCount()).toBe(4);
  });

  describe('failures', () => {
    const silent = () => startTcpServer(() => undefined).then((server) => (servers.push(server), server));

    it('connect: nobody listens', async () => {
      const server = await http(() => undefined);
      await server.close();
      expect(await pools.send(server.origin, request())).toEqual({
        kind: 'failure',
        failure: 'connect',
        detail: 'ECONNREFUSED',
      });
    });

    it('connect: many at once, more than there are connections', async () => {
      const server = await http(() => undefined);
      await server.close();
      const results = await Promise.all(Array.from({ length: 20 }, () => pools.send(server.origin, request())));
      expect(results.every((result) => result.kind === 'failure' && result.failure === 'connect')).toBe(true);
    });

    it('timeout: no answer at all', async () => {
      const { origin } = await silent();
      expect(await pools.send(origin, request({ timeoutMs: 50 }))).toEqual({
        kind: 'failure',
        failure: 'timeout',
        detail: 'waiting for the response',
      });
    });

    it('timeout: the headers never end', async () => {
      const origin = await speaking('HTTP/1.1 200 OK\r\nX-Slow: ');
      expect(await pools.send(origin, request({ timeoutMs: 50 }))).toMatchObject({
        failure: 'timeout',
        detail: 'waiting for the response',
      });
    });

    it('timeout: the body never ends, though bytes keep coming', async () => {
      const { origin } = await http((_, response) => {
        const drip = setInterval(() => response.write('.'), 5);
        response.on('close', () => clearInterval(drip));
      });
      expect(await pools.send(origin, request({ timeoutMs: 80 }))).toMatchObject({
        failure: 'timeout',
        detail: 'reading the response',
      });
    });

    it('timeout: waiting for a connection; the connection in use survives and serves the next', async () => {
      const single = new HttpPools({ connectionsPerOrigin: 1, connectTimeoutMs: 1000 });
      let release: ((response: ServerResponse) => void) | undefined;
      const waiting: ServerResponse[] = [];
      const server = await http((message, response) => {
        if (message.url !== '/slow') return void response.end(message.url);
        waiting.push(response);
        release?.(response);
      });
      const arrived = new Promise<ServerResponse>((resolve) => (release = resolve));
      const slow = single.send(server.origin, request({ path: '/slow' }));
      const held = await arrived;
      const queued = Array.from({ length: 3 }, () => single.send(server.origin, request({ timeoutMs: 40 })));
      const next = single.send(server.origin, request({ path: '/next' }));
      for (const result of await Promise.all(queued)) {
        expect(result).toMatchObject({ failure: 'timeout', detail: 'before the request was sent' });
      }
      held.end('late');
      expect(await slow).toMatchObject({ kind: 'response', body: Buffer.from('late') });
      expect(await next).toMatchObject({ kind: 'response', body: Buffer.from('/next') });
      expect(server.connectionCount()).toBe(1);
      await single.close();
    });

    it('a connection whose exchange timed out is closed, not used again', async () => {
      const closed: Promise<unknown>[] = [];
      const server = await http((message, response) => {
        if (message.url === '/hang') closed.push(once(message.socket, 'close'));
        else response.end('fine');
      });
      await pools.send(server.origin, request({ path: '/hang', timeoutMs: 40 }));
      await Promise.all(closed);
      expect(await pools.send(server.origin, request({ path: '/' }))).toMatchObject({ body: Buffer.from('fine') });
      expect(closed).toHaveLength(1);
    });

    it.each(['end', 'reset'] as const)('reset: %s before an answer', async (how) => {
      const origin = await speaking('', how);
      expect(await pools.send(origin, request())).toMatchObject({ kind: 'failure', failure: 'reset' });
    });

    it.each([
      ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
      ['chunked', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf'],
      ['chunked, not kept', 'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf'],
      ['with a length, not kept', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf'],
    ])('reset: in the middle of a body %s', async (_, answer) => {
      for (const how of ['end', 'reset'] as const) {
        const origin = await speaking(answer, how);
        expect(await pools.send(origin, request())).toMatchObject({ kind: 'failure', failure: 'reset' });
      }
    });

    it.each([
      ['with a length', true],
      ['chunked', false],
    ])('too_large: one byte more than allowed, %s', async (_, hasLength) => {
      const { origin } = await http((message, response) => {
        const body = Buffer.alloc(Number(message.url?.slice(1)));
        if (hasLength) return void response.setHeader('Content-Length', body.length).end(body);
        response.write(body.subarray(0, 500));
        response.end(body.subarray(500));
      });
      const limited = (size: number) => pools.send(origin, request({ path: `/${size}`, maxResponseBytes: 1000 }));
      expect(await limited(1000)).toMatchObject({ kind: 'response', status: 200 });
      expect(await limited(1001)).toMatchObject({ kind: 'failure', failure: 'too_large' });
    });

    it.each(['SMTP ready\r\n', 'HTTP/1.1 abc\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'])(
      'invalid: %j is not HTTP/1.1',
      async (answer) => {
        const origin = await speaking(answer);
        expect(await pools.send(origin, request())).toMatchObject({ kind: 'failure', failure: 'invalid' });
      },
    );

    it('invalid: more response headers than anybody needs', async () => {
      const origin = await speaking(`HTTP/1.1 200 OK\r\nX-Long: ${'a'.repeat(70_000)}\r\n\r\n`);
      expect(await pools.send(origin, request())).toMatchObject({ kind: 'failure', failure: 'invalid' });
    });

    it.each([
      ['an absolute URL for a path', { path: 'http://elsewhere.test/' }],
      ['an empty path', { path: '' }],
      ['a line break in the path', { path: '/a\r\nX-Evil: 1' }],
      ['a line break in a header', { headers: ['X-A', 'b\r\nX-Evil: 1'] }],
      ['a header name with a space', { headers: ['X A', 'b'] }],
      ['a method that is none', { method: 'PO ST' }],
      ['an odd number of header parts', { headers: ['X-A'] }],
      ['an Expect header', { headers: ['Expect', '100-continue'] }],
    ])('invalid: %s; nothing is sent', async (_, changes) => {
      let requests = 0;
      const { origin } = await http((_message, response) => ((requests += 1), response.end()));
      expect(await pools.send(origin, request(changes))).toMatchObject({ kind: 'failure', failure: 'invalid' });
      expect(requests).toBe(0);
    });

    it.each(['ftp://127.0.0.1', 'http://127.0.0.1/path', 'http://user@127.0.0.1', 'nonsense', ''])(
      'invalid: %j is not an origin',
      async (origin) => {
        expect(await pools.send(origin, request())).toMatchObject({ kind: 'failure', failure: 'invalid' });
      },
    );
  });

  describe('close', () => {
    it('lets running exchanges end and refuses new ones', async () => {
      let answer: (() => void) | undefined;
      const arrived = new Promise<void>((resolve) => {
        void http((_, response) => {
          answer = () => response.end('done');
          resolve();
        }).then((server) => (origin = server.origin));
      });
      let origin = '';
      while (origin === '') await new Promise(setImmediate);
      const running = pools.send(origin, request());
      await arrived;
      const closing = pools.close();
      expect(await pools.send(origin, request())).toMatchObject({ failure: 'connect' });
      answer?.();
      expect(await running).toMatchObject({ kind: 'response', body: Buffer.from('done') });
      await closing;
      await pools.close();
    });
  });
});
