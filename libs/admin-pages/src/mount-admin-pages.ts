import helmet from '@fastify/helmet';
import { DiscoveryService } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ADMIN_SETTINGS, AdminAccess, SessionCookies, SessionStore } from '@switchyard/admin-api';
import type { AdminSettings } from '@switchyard/admin-api';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { Queue } from 'bullmq';
import type { FastifyInstance } from 'fastify';
import { mountBoard } from './board/board';
import { OpenIdProvider } from './openid/openid-provider';
import { mountOpenId } from './openid/openid.routes';
import type { OpenIdSettings } from './openid/openid.settings';
import { mountSignIn } from './sign-in/sign-in.routes';

/** A form with a token, or a job's data that somebody corrects. */
const BODY_MAX_BYTES = 1_048_576;

/** Nothing from elsewhere, in no frame; Bull Board has styles of its own in its markup. */
const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'same-origin' as const },
};

/**
 * Adds sign-in (`/admin/sign-in`) and Bull Board with every queue of the app (`/admin/queues`). To be called before the app listens;
 * needs AdminAccessModule and QueueModule.
 */
export function mountAdminPages(
  app: NestFastifyApplication,
  { service, openId }: { readonly service: string; readonly openId: OpenIdSettings },
): void {
  const access = app.get(AdminAccess);
  const cookies = app.get(SessionCookies);
  const sessions = app.get(SessionStore);
  const pool = app.get<Pool>(PG_POOL);
  const logger = app.get<Logger>(LOGGER);
  const queues = queuesOf(app);
  const provider = OpenIdProvider.of(openId, app.get<AdminSettings>(ADMIN_SETTINGS).adminUrl);
  const signIn = { access, cookies, sessions, logger, hasOpenId: provider !== undefined };
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  // A scope of its own: these headers and body parsers are for pages only.
  void fastify.register(async (pages) => {
    await pages.register(helmet, HEADERS);
    readBodies(pages);
    mountSignIn(pages, signIn);
    if (provider !== undefined) mountOpenId(pages, signIn, provider, openId);
    await pages.register((board) => mountBoard(board, { access, cookies, pool, queues, service }));
  });
}

function readBodies(pages: FastifyInstance): void {
  pages.removeAllContentTypeParsers();
  const limits = { parseAs: 'string', bodyLimit: BODY_MAX_BYTES } as const;
  pages.addContentTypeParser('application/json', limits, pages.getDefaultJsonParser('error', 'error'));
  pages.addContentTypeParser<string>('application/x-www-form-urlencoded', limits, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(body)));
  });
}

/** Each once: a queue may be provided under several tokens. */
function queuesOf(app: NestFastifyApplication): readonly Queue[] {
  const instances = app
    .get(DiscoveryService)
    .getProviders()
    .map((wrapper): unknown => wrapper.instance);
  const queues = instances.filter((instance): instance is Queue => instance instanceof Queue);
  const byName = new Map(queues.map((queue) => [queue.name, queue]));
  return [...byName.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}
