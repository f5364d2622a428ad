import { PARSERS } from '@switchyard/parsers';
import {
  BATCH_MAX_BYTES,
  BATCH_PATH,
  BatchFormatError,
  decodeDeliveryBatch,
  encodeBatchAnswer,
} from '@switchyard/silo';
import type { DeliveryBatch, RegionGuard } from '@switchyard/silo';
import { traceOfHeaders, withSpan } from '@switchyard/telemetry';
import type { Logger, SpanOptions } from '@switchyard/telemetry';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { BatchService } from './batch.service';
import type { EdgeAnswer, EdgeService } from './edge.service';
import { bodyOf, createGuardHook, createUnsignedHook, passOf } from './guard-hook';

const METHODS: HTTPMethods[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
/** For addresses that no provider has: enough to say so. */
const UNKNOWN_BODY_MAX_BYTES = 64 * 1024;

/** What the edge is made of. */
export interface EdgeDependencies {
  readonly guard: RegionGuard;
  readonly edge: EdgeService;
  readonly batches: BatchService;
  readonly logger: Logger;
}

/**
 * Mounts the addresses of the gateway's edge, which it forwards to as they came.
 *
 * Plain Fastify routes: bodies stay bytes, and Nest's request handling costs nothing here. One route per provider,
 * because each has a body limit of its own, one for the rest and one for batches; all of them behind the region guard.
 */
export function mountEdge(fastify: FastifyInstance, { guard, edge, batches, logger }: EdgeDependencies): void {
  const guarded = {
    method: METHODS,
    onRequest: createUnsignedHook(guard, logger),
    preHandler: createGuardHook(guard, logger),
    handler: (request: FastifyRequest, reply: FastifyReply) => handle(edge, request, reply),
    errorHandler: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      void refuseUnreadable(error, reply, logger),
  };
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    for (const { provider, prefix, maxBodyBytes } of PARSERS.values()) {
      const slugs = new Set([provider, provider.replaceAll('_', '-')]);
      const prefixes = prefix === undefined ? [...slugs].map((slug) => `/extensions/${slug}/`) : [prefix];
      for (const below of prefixes) scope.route({ ...guarded, url: `${below}*`, bodyLimit: maxBodyBytes });
    }
    scope.route({ ...guarded, url: '/extensions/*', bodyLimit: UNKNOWN_BODY_MAX_BYTES });
    scope.route({
      ...guarded,
      method: 'POST',
      url: BATCH_PATH,
      bodyLimit: BATCH_MAX_BYTES,
      handler: (request, reply) => handleBatch(batches, request, reply),
    });
    done();
  });
}

async function handle(edge: EdgeService, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { method, url, rawHeaders } = request.raw;
  const pass = passOf(request);
  const answer = await withSpan('region.handle', spanOf(request), async (span) => {
    const given = await edge.handle({ method: method ?? '', url: url ?? '', rawHeaders, body: bodyOf(request) }, pass);
    if (span.isRecording) {
      span.set({ 'http.response.status_code': given.status, 'switchyard.request_id': given.requestId });
      if (given.status >= 500) span.fail('status');
    }
    return given;
  });
  return send(reply, answer);
}

/** What arrives broken was signed so: the gateway is to send its webhooks one by one. */
async function handleBatch(batches: BatchService, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  let batch: DeliveryBatch;
  try {
    batch = decodeDeliveryBatch(bodyOf(request));
  } catch (error) {
    if (!(error instanceof BatchFormatError)) throw error;
    return reply.code(400).send({ error: 'bad_batch', detail: error.message });
  }
  return reply.send(
    encodeBatchAnswer(await withSpan('region.handle_batch', spanOf(request), () => batches.handle(batch))),
  );
}

/** The gateway's context counts as it is: only what passed the guard gets here. */
function spanOf(request: FastifyRequest): SpanOptions {
  return { kind: 'server', parent: traceOfHeaders(request.raw.rawHeaders) ?? null };
}

function send(reply: FastifyReply, { status, headers, json, requestId }: EdgeAnswer): FastifyReply {
  void reply
    .code(status)
    .header('x-request-id', requestId)
    .headers(headers ?? {});
  return json === undefined ? reply.send() : reply.send(json);
}

/** A body that is too large or broke off on the way. What follows it on the connection would be taken for a request. */
function refuseUnreadable(error: FastifyError, reply: FastifyReply, logger: Logger): FastifyReply {
  const isTooLarge = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE';
  const status = isTooLarge ? 413 : (error.statusCode ?? 500);
  const word = isTooLarge ? 'body_too_large' : status < 500 ? 'unreadable' : 'unexpected';
  logger.warn({ status, reason: word, code: error.code }, 'delivery.unreadable');
  return reply.code(status).header('connection', 'close').send({ error: word });
}
