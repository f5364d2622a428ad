import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZodError } from 'zod';
import { Arguments, parseJson } from './arguments';
import { CONTROL_ROUTES } from './control-routes';
import { takeResponse } from './show-answer';
import type { StandInCore } from './stand-in-core';

const BODY_BYTES = 1024 * 1024;

/** Answers what is neither Slack's nor control's: the pages. False when it knows no such page. */
export type Pages = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

/** Where it listens; 0 or nothing means any free port. */
export interface ListenOptions {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly pages?: Pages | undefined;
}

/** Serves a stand-in over HTTP; `stop` ends it. */
export async function serveStandIn(
  core: StandInCore,
  { port = 0, host = '127.0.0.1', pages = () => false }: ListenOptions = {},
): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    take(core, pages, request, response).catch((error: unknown) => answerError(response, error));
  });
  await listening(server, port, host);
  const origin = `http://${host}:${(server.address() as AddressInfo).port}`;
  core.origin = origin;
  return {
    origin,
    async stop() {
      core.events.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function take(core: StandInCore, pages: Pages, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://stand.in');
  const [, area = '', name = ''] = url.pathname.split('/');
  if (area === '_control') return takeControl(core, name, url, request, response);
  if (request.method === 'POST') return takePost(core, url.pathname, request, response);
  if (request.method !== 'GET' || !pages(request, response, url)) sendJson(response, 404, { error: 'not_found' });
}

/** Calls of the Web API, and what comes to response URLs. */
async function takePost(core: StandInCore, path: string, request: IncomingMessage, response: ServerResponse) {
  const [, area = '', name = ''] = path.split('/');
  if (area === 'api') return takeCall(core, name, request, response);
  if (area === 'response' && core.takeNamedResponse !== undefined) {
    const { status, word } = core.takeNamedResponse(name, await readBody(request));
    return void response.writeHead(status).end(word);
  }
  if (area !== 'actions' && area !== 'commands') return sendJson(response, 404, { error: 'not_found' });
  const { status, word } = takeResponse(core.state, path, await readBody(request));
  if (word === 'ok') response.writeHead(status, { 'content-type': 'text/plain' }).end('ok');
  else sendJson(response, status, { ok: false, error: word });
}

async function takeCall(core: StandInCore, name: string, request: IncomingMessage, response: ServerResponse) {
  const body = await readBody(request);
  const given = Arguments.read(body, request.headers['content-type'] ?? '');
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '') || given.text('token');
  const answer = core.api.call(name, token, given);
  if (answer === undefined) return void response.socket?.destroy();
  sendJson(response, answer.status, answer.body, answer.headers);
}

/** Pages of other origins may not: they cannot send JSON without asking first, and are not answered when they ask. */
async function takeControl(
  core: StandInCore,
  name: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { origin } = request.headers;
  if (origin !== undefined && new URL(origin).host !== request.headers.host)
    return sendJson(response, 403, { error: 'other_origin' });
  const route = CONTROL_ROUTES[`${request.method} ${name}`];
  if (route === undefined) return sendJson(response, 404, { error: 'not_found' });
  const text = await readBody(request);
  if (text !== '' && !(request.headers['content-type'] ?? '').includes('application/json'))
    return sendJson(response, 415, { error: 'json_only' });
  const result = await route(core, text === '' ? {} : parseJson(text), url.searchParams);
  if (result === undefined) response.writeHead(204).end();
  else sendJson(response, 200, result);
}

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const isMistake = error instanceof ZodError || error instanceof RangeError;
  const detail = error instanceof Error ? error.message : String(error);
  sendJson(response, isMistake ? 400 : 500, { error: isMistake ? 'bad_request' : 'broken', detail });
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new RangeError(`a body has ${BODY_BYTES} bytes at most`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
