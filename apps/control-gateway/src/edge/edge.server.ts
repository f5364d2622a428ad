/*
 * The public edge, in front of the framework.
 *
 * Requests to /extensions/ and /plugins/ are read and answered here, on Node's own HTTP server; everything else goes to
 * Fastify and Nest. What a webhook needs of a framework is nothing (its body stays bytes, its path stays as it came), and what
 * a framework costs per request is more than deciding where the webhook goes (docs/decisions/0005-edge-server.md).
 */
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { classify, findParserOf } from '@switchyard/parsers';
import { senderAddressOf } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { problemAnswer } from './answer';
import type { Answer } from './answer';
import { edgeProtocolErrors, edgeRequests } from './edge.metrics';
import type { EdgeService } from './edge.service';

const EMPTY = Buffer.alloc(0);
/** For addresses of no provider: enough to read what was meant, too little to be worth sending. */
const UNKNOWN_BODY_MAX_BYTES = 64 * 1024;
/** A sender that is still sending when it is refused gets so long to read the answer before the connection is cut. */
const LINGER_MS = 1_000;

/** Whether a request target is the edge's. */
export function isEdgePath(url: string): boolean {
  return url.startsWith('/extensions/') || url.startsWith('/plugins/');
}

/** The edge's half of the gateway's HTTP server. */
export class EdgeServer {
  private edge: EdgeService | undefined;

  /** @param trustedProxies how many proxies in front of this process add to `X-Forwarded-For` */
  constructor(
    private readonly logger: Logger,
    private readonly trustedProxies: number,
  ) {}

  /** Connects the service, which exists only once the app has been built. */
  attach(edge: EdgeService): void {
    this.edge = edge;
  }

  /** Makes the server; what is not the edge's goes to `others`. */
  create(options: ServerOptions, others: RequestListener): Server {
    return createServer(options, (request, response) => {
      const url = request.url ?? '';
      if (isEdgePath(url)) this.receive(request, response, url);
      else others(request, response);
    });
  }

  private receive(request: IncomingMessage, response: ServerResponse, url: string): void {
    const limit = bodyLimitOf(url);
    if (declaredLength(request.rawHeaders) > limit) return this.refuseLarge(request, response, limit);
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) {
        request.off('data', onData);
        request.off('end', onEnd);
        this.refuseLarge(request, response, limit);
      } else if (first === undefined) first = chunk;
      else (chunks ??= [first]).push(chunk);
    };
    const onEnd = (): void => {
      void this.answer(request, response, url, chunks === undefined ? (first ?? EMPTY) : Buffer.concat(chunks, size));
    };
    request.on('data', onData);
    request.on('end', onEnd);
    // A sender that goes away in the middle of its body has nobody left to be answered.
    request.on('error', () => undefined);
  }

  private async answer(request: IncomingMessage, response: ServerResponse, url: string, body: Buffer): Promise<void> {
    try {
      if (this.edge === undefined) throw new Error('the edge is not attached');
      const { method = '', rawHeaders } = request;
      const senderAddress = senderAddressOf(request, this.trustedProxies);
      const { answer, requestId } = await this.edge.handle({ method, url, rawHeaders, body, senderAddress });
      write(response, answer, requestId);
    } catch (error) {
      this.logger.error({ error }, 'edge.failed');
      if (!response.headersSent) write(response, problemAnswer(500, 'unexpected', 'nobody expected this error'));
    }
  }

  /** Answers before the body has come, and reads on for a moment: a cut connection would take the answer with it. */
  private refuseLarge(request: IncomingMessage, response: ServerResponse, limit: number): void {
    edgeRequests.of('none', 'none', 'none', 'body_too_large', '413').inc();
    this.logger.info({ status: 413, limit_bytes: limit }, 'webhook.refused');
    const answer = problemAnswer(413, 'body_too_large', `the body is larger than ${limit} bytes`, {
      Connection: 'close',
    });
    response.writeHead(answer.status, [...answer.headers, 'Content-Length', String(answer.body.length)]);
    response.write(answer.body);
    const end = (): void => {
      clearTimeout(timer);
      response.end();
    };
    const timer = setTimeout(end, LINGER_MS);
    request.once('end', end).once('close', end).on('error', end).resume();
  }
}

function bodyLimitOf(url: string): number {
  const queryAt = url.indexOf('?');
  return findParserOf(classify(queryAt < 0 ? url : url.slice(0, queryAt)))?.maxBodyBytes ?? UNKNOWN_BODY_MAX_BYTES;
}

/** The declared length of the body; 0 when there is none. Node.js has refused what is no number, and two of them. */
function declaredLength(rawHeaders: readonly string[]): number {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 14 && name.toLowerCase() === 'content-length') return Number(rawHeaders[index + 1]);
  }
  return 0;
}

/** Headers go out as they are, in their order. */
function write(response: ServerResponse, answer: Answer, requestId?: string): void {
  const { status, headers, body, answeredBy } = answer;
  const all = [...headers, 'Content-Length', String(body.length), 'X-Switchyard-Answered-By', answeredBy];
  if (requestId !== undefined) all.push('X-Request-Id', requestId);
  response.writeHead(status, all);
  // An acknowledgement has no body: head alone is one write, with an empty buffer Node.js gathers two.
  if (body.length === 0) response.end();
  else response.end(body);
}

const PROTOCOL_ANSWERS: Readonly<Record<string, { status: string; reason: string }>> = {
  HPE_HEADER_OVERFLOW: { status: '431 Request Header Fields Too Large', reason: 'headers_too_large' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: '413 Payload Too Large', reason: 'chunk_extensions_too_large' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', reason: 'slow_sender' },
};

/** Answers what Node.js could not read as HTTP: too many headers, too slow, two lengths, control characters. */
export function answerProtocolError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    edgeProtocolErrors.inc({ reason: 'reset' });
    socket.destroy(error);
    return;
  }
  const { status, reason } = PROTOCOL_ANSWERS[error.code ?? ''] ?? { status: '400 Bad Request', reason: 'malformed' };
  edgeProtocolErrors.inc({ reason });
  const body = JSON.stringify({ error: reason, detail: 'the request could not be read' });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}
