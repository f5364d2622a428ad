import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { waitFor } from '@switchyard/e2e-kit';
import { Client } from 'pg';
import { githubHeaders, push, startTestFleet } from './test-fleet';
import type { TestFleet } from './test-fleet';

const DRAIN_DELAY_MS = 1_000;
const WEBHOOKS = 200;

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startTestFleet({ env: { '*': { SWITCHYARD_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) } } });
}, 90_000);
afterAll(() => fleet.stop(), 60_000);

/** A request whose last byte has not been sent yet. */
class SlowRequest {
  private received = '';
  private readonly closed: Promise<void>;

  private constructor(private readonly socket: Socket) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
  }

  static async begin(origin: string, path: string): Promise<SlowRequest> {
    const { port, hostname } = new URL(origin);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const authorization = `Bearer ${fleet.description.adminToken}`;
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{`,
    );
    return new SlowRequest(socket);
  }

  /** The answer's head, when the server has ended the connection. */
  async end(): Promise<string> {
    this.socket.write('}');
    await this.closed;
    return this.received.slice(0, this.received.indexOf('\r\n\r\n'));
  }
}

const refusesConnections = (origin: string): Promise<boolean> => {
  const { port, hostname } = new URL(origin);
  const socket = connect(Number(port), hostname);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
  }).finally(() => socket.destroy()) as Promise<boolean>;
};

async function count(database: string, sql: string): Promise<number> {
  const client = new Client({ connectionString: fleet.description.databases[database] });
  await client.connect();
  const { rows } = await client.query<{ count: string }>(sql);
  await client.end();
  return Number(rows[0]?.count);
}

/** What the app logged when it had stopped. */
function stoppedLine(name: string): { phases_ms?: Record<string, number>; is_cut?: boolean } {
  const line = readFileSync(fleet.logFile(name), 'utf8')
    .split('\n')
    .find((text) => text.includes('"app.stopped"'));
  return JSON.parse(line ?? '{}') as ReturnType<typeof stoppedLine>;
}

/** Stops an app as a roll-out does, with a request under way; checks what everybody around it sees. */
async function stopGracefully(name: string, origin: string, path: string): Promise<void> {
  const slow = await SlowRequest.begin(origin, path);
  expect((await fetch(`${origin}/healthz`)).headers.get('connection')).toBe('keep-alive');
  const stopped = fleet.stopApp(name);
  const unready = await waitFor(
    async () => {
      const response = await fetch(`${origin}/readyz`);
      return response.status === 503 ? response : undefined;
    },
    { description: `${name} not to be ready` },
  );
  expect(unready.headers.get('connection')).toBe('close');
  expect(await unready.json()).toMatchObject({ checks: [{ name: 'shutdown', reason: 'stopping' }] });
  const served = await fetch(`${origin}/healthz`);
  expect([served.status, served.headers.get('connection')]).toEqual([200, 'close']);

  await waitFor(() => refusesConnections(origin), { description: `${name} to take no more connections` });
  const head = await slow.end();
  expect(head).toMatch(/^HTTP\/1\.1 [24]\d\d /);
  expect(head.toLowerCase()).toContain('connection: close');

  expect(await stopped).toBe(0);
  const { phases_ms: phasesMs = {}, is_cut: isCut } = stoppedLine(name);
  expect(Object.keys(phasesMs)).toEqual(['drain', 'requests', 'intake', 'work', 'server', 'pools']);
  expect(phasesMs['drain']).toBeGreaterThanOrEqual(DRAIN_DELAY_MS - 1);
  expect(isCut).toBe(false);
}

describe('SIGTERM', () => {
  it('control-gateway: answers what is under way, exits with 0 and gives its claims back', async () => {
    const { gateway, description } = fleet;
    const statuses = await Promise.all(
      Array.from({ length: WEBHOOKS }, async (_, index) => {
        const body = push(index % 20, index);
        const headers = githubHeaders(description, body);
        return (await fetch(`${gateway}/extensions/github/webhook/`, { method: 'POST', headers, body })).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([202]));
    await stopGracefully('control-gateway', gateway, '/extensions/github/webhook/');
    expect(await count('control', 'SELECT count(*) FROM mailbox WHERE claimed_until > now()')).toBe(0);
  }, 60_000);

  it('region-silo: answers what is under way and exits with 0', async () => {
    await stopGracefully('region-us', fleet.description.addresses.regions['us'] ?? '', '/admin/api/app-events');
  }, 60_000);

  it('webhook-notifier: answers what is under way, exits with 0 and leaves no job behind as if it were at it', async () => {
    await stopGracefully('webhook-notifier', fleet.description.addresses.notifier, '/admin/api/apps');
  }, 60_000);

  it('outcomes-consumer: answers what is under way, exits with 0 and leaves its groups', async () => {
    expect(await count('outcomes', 'SELECT count(*) FROM stream_member')).toBeGreaterThan(0);
    await stopGracefully('outcomes-consumer', fleet.description.addresses.outcomes, '/admin/api/usage/adjustments');
    expect(await count('outcomes', 'SELECT count(*) FROM stream_member')).toBe(0);
  }, 60_000);

  it('a second one ends the process at once', async () => {
    const region = fleet.description.processes.find(({ name }) => name === 'region-de');
    const origin = fleet.description.addresses.regions['de'] ?? '';
    const slow = await SlowRequest.begin(origin, '/admin/api/app-events');
    const stopped = fleet.stopApp('region-de');
    await waitFor(async () => (await fetch(`${origin}/readyz`)).status === 503, { description: 'it to drain' });
    process.kill(region?.pid ?? 0, 'SIGTERM');
    expect(await stopped).toBe(1);
    expect(await slow.end()).toBe('');
  }, 60_000);
});
