import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool, request as ask } from 'undici';

/** How often each process is asked whether it is ready. */
const CHECK_MS = 100;
const CHECK_TIMEOUT_MS = 3_000;
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);

interface Backend {
  readonly address: string;
  readonly pool: Pool;
  isReady: boolean;
}

/**
 * A load balancer as simple as one can be: in turn to whoever says at /readyz that it is ready, over connections that are kept. It
 * tries nothing twice, so that whatever a process does wrong is seen: 502 when a connection broke, 503 when nobody is ready.
 */
export class Balancer {
  private backends: readonly Backend[] = [];
  private turn = 0;
  private isStopped = false;
  private checking: Promise<unknown> = Promise.resolve();

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.forward(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end(String(error));
      });
    });
  }

  static async start(): Promise<Balancer> {
    const server = createServer({ keepAliveTimeout: 72_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Balancer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Begins to ask them whether they are ready. */
  aimAt(addresses: readonly string[]): void {
    this.backends = addresses.map((address) => ({ address, pool: new Pool(address), isReady: false }));
    this.checking = Promise.all(this.backends.map((backend) => this.check(backend)));
  }

  /** Whether the process at that address gets requests now. */
  isReady(address: string): boolean {
    return this.backends.some((backend) => backend.address === address && backend.isReady);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.checking;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await Promise.all(this.backends.map(({ pool }) => pool.destroy()));
  }

  private async check(backend: Backend): Promise<void> {
    while (!this.isStopped) {
      backend.isReady = await ask(`${backend.address}/readyz`, { headersTimeout: CHECK_TIMEOUT_MS, reset: true }).then(
        async ({ statusCode, body }) => {
          await body.dump();
          return statusCode === 200;
        },
        () => false,
      );
      await delay(CHECK_MS);
    }
  }

  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const ready = this.backends.filter(({ isReady }) => isReady);
    const backend = ready[this.turn++ % Math.max(1, ready.length)];
    if (backend === undefined) return void response.writeHead(503).end('nobody is ready');
    const answer = await backend.pool.request({
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: kept(request.rawHeaders),
      body: body.length > 0 ? body : null,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.has(name));
    response.writeHead(answer.statusCode, Object.fromEntries(headers)).end(bytes);
  }
}

/** Names and values in turn, without what belongs to one connection. */
function kept(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !HOP_BY_HOP.has((rawHeaders[index - (index % 2)] ?? '').toLowerCase()));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
