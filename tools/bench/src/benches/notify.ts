import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, startRedis } from '@switchyard/services';
import { Pool } from 'undici';
import type { Bench, BenchContext } from '../bench';
import { startProgram } from '../child';
import { startDatabase } from '../gateway';

const APPS = 100;
const HANGING = 10;
const OCCURRENCES = 100;
const AT_ONCE = 32;
const TIMEOUT_MS = 60_000;
/** Paced: one occurrence for all apps every so often. */
const PACED_OCCURRENCES = 12;
const PACE_MS = 400;
const TOKEN = randomBytes(24).toString('hex');

/** Endpoints of apps: `/n` is that of app n. */
interface Endpoints {
  readonly origin: string;
  readonly receipts: { readonly app: number; readonly key: string; readonly at: number }[];
  /** Apps whose endpoint never answers. */
  hanging: number;
}

/** How fast apps are told, and whether some that hang slow the others down. */
export const notifyBench: Bench = {
  name: 'notify',
  summary: 'webhooks to 100 apps, beside a raw loop; and with 10 of them hanging',
  async run(context) {
    const { database } = await startDatabase(context);
    const server = await startRedis({ notice: context.report });
    const redis = server.kind === 'running' ? server : undefined;
    if (redis !== undefined) context.cleanUp.push(() => redis.stop());
    const endpoints = await startEndpoints(context);
    const raw = await rawRate(endpoints);
    const origin = await startNotifier(context, await database('notify'), redis?.url);
    await installApps(origin, endpoints.origin);
    const rate = await tellAll(origin, endpoints);
    context.report(`raw ${Math.round(raw)}/s, notifier ${Math.round(rate)}/s`);
    const calm = await pacedP99(origin, endpoints);
    endpoints.hanging = HANGING;
    const withHanging = await pacedP99(origin, endpoints);
    endpoints.hanging = 0;
    const row = (name: string, perSecond: number, p99Ms: number) => ({ name, perSecond, p50Ms: 0, p99Ms });
    return {
      rows: [
        row('raw undici loop, 32 at once', raw, 0),
        row('notifier, all healthy', rate, calm),
        row('notifier, 10 of 100 hang', 0, withHanging),
      ],
      setting: `${APPS} apps, counts and log on ${redis === undefined ? 'PostgreSQL' : 'Redis'}; p99 is from the occurrence to the receipt of the healthy ones, at ${(APPS * 1000) / PACE_MS} webhooks per second`,
      ratios: { notify_vs_raw_loop: rate / raw, healthy_p99_with_hanging: withHanging / calm },
      figures: {
        notify_per_s: rate,
        raw_loop_per_s: raw,
        healthy_p99_ms: calm,
        healthy_p99_with_hanging_ms: withHanging,
      },
    };
  },
};

async function startEndpoints(context: BenchContext): Promise<Endpoints> {
  const endpoints: { -readonly [Name in keyof Endpoints]: Endpoints[Name] } = { origin: '', receipts: [], hanging: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const app = Number((request.url ?? '/0').slice(1));
      const key = /"key":"([^"]+)"/.exec(Buffer.concat(chunks).toString())?.[1] ?? '';
      endpoints.receipts.push({ app, key, at: performance.now() });
      if (app >= endpoints.hanging) response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoints.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  context.cleanUp.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return endpoints;
}

async function rawRate(endpoints: Endpoints): Promise<number> {
  const pool = new Pool(endpoints.origin, { connections: AT_ONCE });
  const body = JSON.stringify(occurrence('raw'));
  let left = APPS * OCCURRENCES;
  const startedAt = performance.now();
  const post = async (): Promise<void> => {
    while (left-- > 0) {
      const answer = await pool.request({ method: 'POST', path: `/${left % APPS}`, body });
      await answer.body.dump();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
  await pool.destroy();
  return (APPS * OCCURRENCES * 1000) / (performance.now() - startedAt);
}

async function startNotifier(
  context: BenchContext,
  databaseUrl: string,
  redisUrl: string | undefined,
): Promise<string> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    DATABASE_URL: databaseUrl,
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    SWITCHYARD_LISTEN_PORT: String(port),
    SWITCHYARD_ADMIN_TOKEN: TOKEN,
    SWITCHYARD_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    SWITCHYARD_LOG_LEVEL: 'error',
    WEBHOOKS_ALLOW_HTTP: 'true',
    WEBHOOKS_ALLOWED_IPS: '127.0.0.1/32',
  };
  await startProgram(context, ['dist/apps/webhook-notifier/main.js'], env, `${origin}/readyz`);
  return origin;
}

async function call(origin: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(`${origin}/admin/api/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

async function installApps(origin: string, endpoints: string): Promise<void> {
  for (let app = 0; app < APPS; app += 1) {
    const slug = `app-${app}`;
    const fields = { name: slug, kind: 'internal', organizationId: 1, events: ['issue'] };
    await call(origin, 'apps', { slug, ...fields, webhookUrl: `${endpoints}/${app}` });
    const user = { id: 1, name: 'Bench' };
    await call(origin, `apps/${slug}/installations`, { organizationId: 1, organizationSlug: 'bench', user });
  }
}

/** A body of about 2 KB. */
const occurrence = (key: string) => ({
  key,
  organizationId: 1,
  resource: 'issue',
  action: 'created',
  data: { issue: { key, title: 't'.repeat(1_800) } },
});

/** All at once: the rate from the first receipt to the last. */
async function tellAll(origin: string, endpoints: Endpoints): Promise<number> {
  endpoints.receipts.length = 0;
  await Promise.all(Array.from({ length: OCCURRENCES }, () => call(origin, 'occurrences', occurrence(randomUUID()))));
  const count = APPS * OCCURRENCES;
  await until(() => endpoints.receipts.length >= count, `${count} webhooks`);
  const times = endpoints.receipts.map(({ at }) => at);
  return ((count - 1) * 1000) / (Math.max(...times) - Math.min(...times));
}

async function pacedP99(origin: string, endpoints: Endpoints): Promise<number> {
  endpoints.receipts.length = 0;
  const told = new Map<string, number>();
  for (let index = 0; index < PACED_OCCURRENCES; index += 1) {
    const key = randomUUID();
    told.set(key, performance.now());
    await call(origin, 'occurrences', occurrence(key));
    await delay(PACE_MS);
  }
  const ofHealthy = () => endpoints.receipts.filter(({ app, key }) => app >= HANGING && told.has(key));
  await until(() => ofHealthy().length >= (APPS - HANGING) * PACED_OCCURRENCES, 'the webhooks of healthy apps');
  const waits = ofHealthy()
    .map(({ key, at }) => at - (told.get(key) ?? at))
    .sort((left, right) => left - right);
  return waits[Math.floor(waits.length * 0.99)] ?? 0;
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const endsAt = performance.now() + TIMEOUT_MS;
  while (!isSo()) {
    if (performance.now() > endsAt) throw new Error(`not in time: ${what}`);
    await delay(20);
  }
}
