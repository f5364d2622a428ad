import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { directoryMigrations } from '@switchyard/directory';
import { outboxMigrations } from '@switchyard/outbox';
import { NestLogger } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { mountOpenApi } from './admin';
import { AppModule } from './app.module';
import type { AppSettings } from './app.settings';
import { answerProtocolError, mountEdge } from './edge/edge.routes';
import { EdgeService } from './edge/edge.service';

/** The tables of the control silo. */
export const migrations = [...directoryMigrations, ...outboxMigrations];

/** Admin requests are small; the edge sets the limits of providers by route. */
const BODY_MAX_BYTES = 64 * 1024;
/** Node.js looks for slow senders this often; the limit of a slow sender is exact to this. */
const SLOW_SENDER_CHECK_MS = 500;
/** Longer than a load balancer's own idle limit (60 s is common), so that it is never us who closes first. */
const KEEP_ALIVE_MS = 72_000;

/** Builds the gateway, ready to listen. */
export async function createGateway(settings: AppSettings, logger: Logger): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, logger),
    gatewayAdapter(settings),
    { bodyParser: false, logger: new NestLogger(logger) },
  );
  mountGateway(app, logger);
  return app;
}

/** The HTTP server with the edge's limits. */
export function gatewayAdapter(settings: AppSettings): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_MAX_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: settings.gateway.requestTimeoutMs,
    clientErrorHandler: answerProtocolError,
    http: {
      headersTimeout: settings.gateway.headersTimeoutMs,
      connectionsCheckingInterval: SLOW_SENDER_CHECK_MS,
    },
  });
}

/** Adds what is not a Nest controller: the edge and the OpenAPI document. Bodies are bytes on every route. */
export function mountGateway(app: NestFastifyApplication, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  mountEdge(fastify, app.get(EdgeService), logger);
  mountOpenApi(app);
}
