/*
 * The small servers that the gateway is compared with, each in a process of its own.
 *
 *   node programs.js region PORT              answers 200 with a small JSON body
 *   node programs.js forwarder PORT ORIGIN    node:http in front of undici, nothing else
 */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
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

const [program, port, origin = ''] = process.argv.slice(2);
if (program === 'region') startRegion(Number(port));
else startForwarder(Number(port), origin);
