import 'reflect-metadata';
import { schemaOf } from '@switchyard/database';
import { runApp } from '@switchyard/telemetry';
import { createRegionApp } from './create-region-app';
import { regionMigrations } from './migrations';
import { regionSettingsGroups } from './region-settings';

runApp({
  service: 'region-silo',
  settings: regionSettingsGroups,
  schema: ({ database }) => schemaOf(database.databaseUrl, regionMigrations),
  create: async (settings, logger) => (await createRegionApp(settings, { logger })).app,
});
