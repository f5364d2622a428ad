import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Clock } from '@switchyard/primitives';
import { NestLogger } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { AppModule } from './app.module';
import type { AppSettings } from './app.settings';

/** Builds a notifier; the database has been migrated before. */
export function createNotifier(settings: AppSettings, logger: Logger, clock?: Clock): Promise<NestFastifyApplication> {
  return NestFactory.create<NestFastifyApplication>(AppModule.forRoot(settings, logger, clock), new FastifyAdapter(), {
    logger: new NestLogger(logger),
    abortOnError: false,
  });
}
