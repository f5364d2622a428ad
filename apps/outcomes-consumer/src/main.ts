import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { schemaOf } from '@switchyard/database';
import { listenerLimits, NestLogger, runApp } from '@switchyard/telemetry';
import { AppModule, SERVICE } from './app.module';
import { appSettings } from './app.settings';
import { outcomesMigrations } from './migrations';

runApp({
  service: SERVICE,
  settings: appSettings,
  schema: ({ database }) => schemaOf(database.databaseUrl, outcomesMigrations),
  create: (settings, logger) =>
    NestFactory.create<NestFastifyApplication>(
      AppModule.forRoot(settings, logger),
      new FastifyAdapter(listenerLimits()),
      {
        logger: new NestLogger(logger),
        abortOnError: false,
      },
    ),
});
