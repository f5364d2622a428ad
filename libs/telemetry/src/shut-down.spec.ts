import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionEnds } from './connection-ends';
import { shutDown } from './shut-down';

const agent = new Agent({ keepAlive: true });
const servers: Server[] = [];
afterAll(() => {
  agent.destroy();
  for (const server of servers) server.closeAllConnections();
});

async function start(
  listener: RequestListener,
): Promise<{ server: Server; connections: ConnectionEnds; origin: string }> {
  const server = createServer(listener);
  const connections = new ConnectionEnds(server);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { server, connections, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The status and what becomes of the connection. */
async function get(origin: string): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    request(origin, { agent }, (response) => {
      response.resume().once('end', () => resolve(`${response.statusCode} ${response.headers.connection}`));
    })
      .once('error', reject)
      .end();
  });
}

class FakeApp {
  readonly called: string[] = [];
  constructor(private readonly work: () => Promise<void> = () => Promise.resolve()) {}
  async close(): Promise<void> {
    await this.callDestroyHook();
    await this.callShutdownHook();
  }
  async callDestroyHook(): Promise<void> {
    this.called.push('intake');
    await this.work();
  }
  async callShutdownHook(): Promise<void> {
    this.called.push('pools');
  }
}

describe('shutDown', () => {
  it('is not ready at once, serves on for the delay, and ends every connection with its answer', async () => {
    const { server, connections, origin } = await start((_request, response) => response.end('ok'));
    expect(await get(origin)).toBe('200 keep-alive');
    const app = new FakeApp();
    const seen: string[] = [];
    const readiness = { startDraining: () => void seen.push(`draining ${server.listening} ${app.called.length}`) };
    const stopping = shutDown({ app, server, connections, readiness }, { drainDelayMs: 300, shutdownLimitMs: 1_000 });
    expect(seen).toEqual(['draining true 0']);
    expect([await get(origin), await get(origin)]).toEqual(['200 close', '200 close']);
    expect(app.called).toEqual([]);
    const { phasesMs, isCut } = await stopping;
    expect(isCut).toBe(false);
    expect(Object.keys(phasesMs)).toEqual(['drain', 'requests', 'intake', 'pools']);
    expect(phasesMs['drain']).toBeGreaterThanOrEqual(299);
    await expect(get(origin)).rejects.toThrow('ECONNREFUSED');
  });

  it('lets a request under way end before anything is closed', async () => {
    let answer = (): void => undefined;
    const app = new FakeApp();
    const { server, connections, origin } = await start((_request, response) => {
      answer = () => response.end(app.called.join());
    });
    const answered = get(origin);
    await once(server, 'request');
    const stopping = shutDown(
      { app, server, connections, readiness: { startDraining: () => undefined } },
      { drainDelayMs: 0, shutdownLimitMs: 5_000 },
    );
    await once(server, 'close', { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    expect(app.called).toEqual([]);
    answer();
    expect(await answered).toBe('200 close');
    expect(await stopping).toMatchObject({ isCut: false });
  });

  it('cuts off what does not end in time, and says so', async () => {
    const { server, connections, origin } = await start(() => undefined);
    const hanging = expect(get(origin)).rejects.toThrow();
    await once(server, 'request');
    const app = new FakeApp(() => new Promise(() => undefined));
    const report = await shutDown(
      { app, server, connections, readiness: { startDraining: () => undefined } },
      { drainDelayMs: 0, shutdownLimitMs: 100 },
    );
    await hanging;
    expect(report.isCut).toBe(true);
    expect(app.called).toEqual(['intake']);
  });
});
