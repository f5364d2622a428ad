import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { describeSettings, loadSettings, printSettings } from '@switchyard/config';
import { createLogger, NestLogger, runApp, serve } from '@switchyard/telemetry';
import { AppModule, SERVICE } from './app.module';
import { appSettings } from './app.settings';

runApp(async () => {
  const [command] = process.argv.slice(2);
  if (command === '--describe-settings') return printSettings(SERVICE, appSettings);
  const settings = loadSettings(appSettings);
  if (command === 'migrate') return;
  const logger = createLogger(SERVICE, settings.service.logLevel);
  logger.info(describeSettings(appSettings, settings), 'app.configured');
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(settings, logger),
    new FastifyAdapter(),
    { logger: new NestLogger(logger) },
  );
  await serve(app, settings.service, logger);
});
