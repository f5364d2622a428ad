/*
 * The small servers that the gateway is compared with, each in a process of its own.
 *
 *   node programs.js region PORT              answers 200 with a small JSON body
 *   node programs.js forwarder PORT ORIGIN    node:http in front of undici, nothing else
 *   node programs.js post PORT SINK - COUNT   posts to a sink as fast as it can
 *   node programs.js jobs PORT SINK DB COUNT  one BullMQ job per webhook, on PostgreSQL
 */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { openQueueStore } from '@switchyard/queue';
import { Queue, Worker } from 'bullmq';
import { Pool } from 'undici';

const ANSWER = Buffer.from('{"option_groups":[]}');

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}

function startRegion(port: number): void {
  createServer((request, response) => {
    void bodyOf(request).then(() => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length });
      response.end(ANSWER);
    });
  }).listen(port, '127.0.0.1');
}

/** What one would write in an afternoon: whole body in, `pool.request`, whole body out. */
function startForwarder(port: number, origin: string): void {
  const pool = new Pool(origin, { connections: 128 });
  const dropped = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);
  const keep = (headers: IncomingMessage['headers']): Record<string, string | string[]> =>
    Object.fromEntries(
      Object.entries(headers).filter(([name, value]) => value !== undefined && !dropped.has(name)),
    ) as Record<string, string | string[]>;
  createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const answer = await pool.request({
        method: (request.method ?? 'GET') as 'POST',
        path: request.url ?? '/',
        headers: keep(request.headers),
        body: body.length > 0 ? body : null,
      });
      const bytes = Buffer.from(await answer.body.arrayBuffer());
      response.writeHead(answer.statusCode, { ...keep(answer.headers), 'content-length': bytes.length });
      response.end(bytes);
    })();
  }).listen(port, '127.0.0.1');
}

const AT_ONCE = 32;
const BODY = Buffer.alloc(2_048, 'p');

/** Something to ask whether we are there; the work begins by itself. */
function startProbe(port: number): void {
  createServer((_request, response) => response.end('here')).listen(port, '127.0.0.1');
}

/** The least that delivering can cost: the same bodies to the same sink, nothing stored. */
async function postAll(origin: string, count: number): Promise<void> {
  const pool = new Pool(origin, { connections: AT_ONCE });
  let left = count;
  const post = async (): Promise<void> => {
    while (left-- > 0) await (await pool.request({ method: 'POST', path: '/webhook', body: BODY })).body.dump();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
}

/** What one would build with a job queue: a job for each webhook, its body inside. */
async function runJobs(origin: string, databaseUrl: string, count: number): Promise<void> {
  const store = await openQueueStore({ redisUrl: undefined, databaseUrl, poolMax: 8, onError: () => undefined });
  const { connection } = store;
  const queue = new Queue('webhooks', { connection });
  const body = BODY.toString('base64');
  for (let done = 0; done < count; done += 500) {
    await queue.addBulk(
      Array.from({ length: Math.min(500, count - done) }, () => ({ name: 'deliver', data: { body } })),
    );
  }
  const pool = new Pool(origin, { connections: AT_ONCE });
  new Worker<{ body: string }>(
    'webhooks',
    async ({ data }) => {
      const answer = await pool.request({ method: 'POST', path: '/webhook', body: Buffer.from(data.body, 'base64') });
      await answer.body.dump();
    },
    { connection, concurrency: AT_ONCE, removeOnComplete: { count: 0 } },
  );
}

const [program = '', port, origin = '', databaseUrl = '', count = '0'] = process.argv.slice(2);
switch (program) {
  case 'region':
    startRegion(Number(port));
    break;
  case 'post':
    startProbe(Number(port));
    void postAll(origin, Number(count));
    break;
  case 'jobs':
    startProbe(Number(port));
    void runJobs(origin, databaseUrl, Number(count));
    break;
  default:
    startForwarder(Number(port), origin);
}
