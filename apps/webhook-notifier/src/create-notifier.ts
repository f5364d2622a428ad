import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mountAdminPages } from '@switchyard/admin-pages';
import type { Clock } from '@switchyard/primitives';
import { listenerLimits, NestLogger } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { AppModule, SERVICE } from './app.module';
import type { AppSettings } from './app.settings';

/** Builds a notifier; the database has been migrated before. */
export async function createNotifier(
  settings: AppSettings,
  logger: Logger,
  clock?: Clock,
): Promise<NestFastifyApplication> {
  // The sealed address in an unsubscribe link is longer than Fastify's hundred characters.
  const adapter = new FastifyAdapter({ ...listenerLimits(), routerOptions: { maxParamLength: 1_000 } });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings, logger, clock), adapter, {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  mountAdminPages(app, { service: SERVICE, openId: settings.openId });
  return app;
}
