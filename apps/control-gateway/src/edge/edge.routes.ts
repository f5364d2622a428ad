import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PARSERS } from '@switchyard/parsers';
import type { Logger } from '@switchyard/telemetry';
import { problemAnswer } from './answer';
import type { Answer } from './answer';
import { edgeProtocolErrors, edgeRequests } from './edge.metrics';
import { tooLarge } from './edge.service';
import type { EdgeService } from './edge.service';

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const EMPTY = Buffer.alloc(0);
/** For addresses of no provider: enough to read what was meant, too little to be worth sending. */
const UNKNOWN_BODY_MAX_BYTES = 64 * 1024;

/**
 * Mounts the public edge as plain Fastify routes, outside Nest's request handling: it costs nothing here, and bodies stay
 * bytes. One route per provider, because each has its own body limit, and one for the rest.
 */
export function mountEdge(fastify: FastifyInstance, edge: EdgeService, logger: Logger): void {
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      const { method, rawHeaders } = request.raw;
      const body = Buffer.isBuffer(request.body) ? request.body : EMPTY;
      const { answer, requestId } = await edge.handle({
        method: method ?? '',
        url: request.raw.url ?? '',
        rawHeaders,
        body,
      });
      send(reply, answer, requestId);
    };
    scope.setErrorHandler((error: { statusCode?: number; code?: string }, _request, reply) => {
      const answer = answerBrokenRequest(error, reply);
      edgeRequests.inc({
        provider: 'none',
        view: 'none',
        decision: 'none',
        reason: 'unreadable',
        status: String(answer.status),
      });
      logger.info({ status: answer.status, code: error.code }, 'webhook.unreadable');
      send(reply, answer);
    });
    for (const { provider, maxBodyBytes } of PARSERS.values()) {
      for (const slug of new Set([provider, provider.replaceAll('_', '-')])) {
        scope.route({ method: METHODS, url: `/extensions/${slug}/*`, bodyLimit: maxBodyBytes, handler });
      }
    }
    for (const prefix of ['extensions', 'plugins']) {
      scope.route({ method: METHODS, url: `/${prefix}/*`, bodyLimit: UNKNOWN_BODY_MAX_BYTES, handler });
    }
    done();
  });
}

/** Writes an answer to the socket with its headers in their order. */
function send(reply: FastifyReply, answer: Answer, requestId?: string): void {
  reply.hijack();
  const headers = [
    ...answer.headers,
    'Content-Length',
    String(answer.body.length),
    'X-Switchyard-Answered-By',
    answer.answeredBy,
  ];
  if (requestId !== undefined) headers.push('X-Request-Id', requestId);
  reply.raw.writeHead(answer.status, headers);
  reply.raw.end(answer.body);
}

function answerBrokenRequest(error: { statusCode?: number; code?: string }, reply: FastifyReply): Answer {
  const limit = reply.routeOptions.bodyLimit ?? 0;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problemAnswer(413, 'body_too_large', tooLarge(limit), CLOSE);
  const status = error.statusCode ?? 500;
  return status < 500
    ? problemAnswer(status, 'unreadable', 'the request could not be read', CLOSE)
    : problemAnswer(500, 'unexpected', 'the request met an error that nobody expected');
}

/** What follows an unread body on the same connection would be taken for a request. */
const CLOSE = { Connection: 'close' };

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
