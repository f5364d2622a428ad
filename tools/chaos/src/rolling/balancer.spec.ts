import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Balancer } from './balancer';

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await delay(10);
}

describe('Balancer', () => {
  const servers: Server[] = [];
  let balancer: Balancer;
  const ready = { one: true, two: true };
  const origins: string[] = [];

  beforeAll(async () => {
    for (const name of ['one', 'two'] as const) {
      const server = createServer((request, response) => {
        if (request.url === '/readyz') return void response.writeHead(ready[name] ? 200 : 503).end();
        if (request.url === '/breaks') return void request.socket.destroy();
        response.writeHead(200, { 'x-method': request.method }).end(name);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
      origins.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
    balancer = await Balancer.start();
    balancer.aimAt(origins);
    await until(() => origins.every((origin) => balancer.isReady(origin)));
  });
  afterAll(async () => {
    await balancer.stop();
    for (const server of servers) server.close().closeAllConnections();
  });

  const askTwice = async (): Promise<Set<string>> =>
    new Set([
      await (await fetch(`${balancer.address}/a`, { method: 'POST', body: 'x' })).text(),
      await (await fetch(`${balancer.address}/b`)).text(),
    ]);

  it('asks those in turn that are ready, and nobody else', async () => {
    expect(await askTwice()).toEqual(new Set(['one', 'two']));
    ready.one = false;
    await until(() => !balancer.isReady(origins[0] ?? ''));
    expect(await askTwice()).toEqual(new Set(['two']));
    ready.one = true;
    await until(() => balancer.isReady(origins[0] ?? ''));
    expect(await askTwice()).toEqual(new Set(['one', 'two']));
  });

  it('hides nothing: a connection that breaks is 502', async () => {
    expect((await fetch(`${balancer.address}/breaks`)).status).toBe(502);
  });
});
