import 'reflect-metadata';
import { schemaOf } from '@switchyard/database';
import { runApp } from '@switchyard/telemetry';
import { SERVICE } from './app.module';
import { appSettings } from './app.settings';
import { createGateway } from './create-gateway';
import { migrations } from './migrations';

runApp({
  service: SERVICE,
  settings: appSettings,
  schema: ({ database }) => schemaOf(database.databaseUrl, migrations),
  create: createGateway,
});
