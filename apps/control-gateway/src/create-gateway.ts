import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mountAdminPages } from '@switchyard/admin-pages';
import { NestLogger } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { mountOpenApi } from './admin';
import { AppModule, SERVICE } from './app.module';
import type { AppSettings } from './app.settings';
import { answerProtocolError, EdgeServer } from './edge/edge.server';
import { EdgeService } from './edge/edge.service';
import { EXPLAIN_MAX_BYTES, EXPLAIN_PATH } from './explain/explain.controller';

/** Admin requests are small; the edge sets the limits of providers by route. */
const BODY_MAX_BYTES = 64 * 1024;
/** Node.js looks for slow senders this often; the limit of a slow sender is exact to this. */
const SLOW_SENDER_CHECK_MS = 500;
/** Longer than a load balancer's own idle limit (60 s is common), so that it is never us who closes first. */
const KEEP_ALIVE_MS = 72_000;

/** Builds the gateway, ready to listen. */
export async function createGateway(settings: AppSettings, logger: Logger): Promise<NestFastifyApplication> {
  const { adapter, edgeServer } = gatewayAdapter(settings, logger);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings, logger), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
  });
  mountGateway(app, edgeServer, settings);
  return app;
}

/** The HTTP server with its limits: the edge in front, Fastify behind it. */
export function gatewayAdapter(
  { gateway }: AppSettings,
  logger: Logger,
): { readonly adapter: FastifyAdapter; readonly edgeServer: EdgeServer } {
  const edgeServer = new EdgeServer(logger, gateway.trustedProxies);
  const limits = {
    requestTimeout: gateway.requestTimeoutMs,
    headersTimeout: gateway.headersTimeoutMs,
    connectionsCheckingInterval: SLOW_SENDER_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_MAX_BYTES,
    clientErrorHandler: answerProtocolError,
    serverFactory: (handler: RequestListener) => edgeServer.create(limits, handler),
  });
  adapter.getInstance().addHook('onRoute', (route) => {
    if (route.url === EXPLAIN_PATH) route.bodyLimit = EXPLAIN_MAX_BYTES;
  });
  return { adapter, edgeServer };
}

/** Adds what is not a Nest controller: the edge and the OpenAPI document. Admin requests' bodies are bytes, too. */
export function mountGateway(app: NestFastifyApplication, edgeServer: EdgeServer, { openId }: AppSettings): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  edgeServer.attach(app.get(EdgeService));
  mountOpenApi(app);
  mountAdminPages(app, { service: SERVICE, openId });
}
