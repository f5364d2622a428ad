import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { TcpProxy } from './tcp-proxy';

describe(TcpProxy.name, () => {
  let server: Server;
  let proxy: TcpProxy;

  beforeAll(async () => {
    server = createServer((_request, response) => response.end('through'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());
  beforeEach(async () => {
    proxy = await TcpProxy.start();
    proxy.aimAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => proxy.stop());

  const get = async () => {
    const { statusCode, body } = await request(proxy.address, { headersTimeout: 300, reset: true });
    return [statusCode, await body.text()];
  };

  it('passes, slowly if told so', async () => {
    await expect(get()).resolves.toEqual([200, 'through']);
    proxy.set({ kind: 'slow', delayMs: 5 });
    await expect(get()).resolves.toEqual([200, 'through']);
  });

  it('cuts, hangs and answers by itself, and passes again', async () => {
    proxy.set({ kind: 'cut' });
    await expect(get()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) });
    proxy.set({ kind: 'hang' });
    await expect(get()).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    proxy.set({ kind: 'answer', status: 429 });
    await expect(get()).resolves.toEqual([429, '']);
    proxy.set({ kind: 'pass' });
    await expect(get()).resolves.toEqual([200, 'through']);
  });
});
