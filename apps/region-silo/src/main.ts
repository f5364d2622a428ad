import 'reflect-metadata';
import { describeSettings, SettingsError } from '@switchyard/config';
import { runMigrations } from '@switchyard/database';
import { createLogger } from '@switchyard/telemetry';
import { createRegionApp } from './create-region-app';
import { describeRegionSettings } from './describe-settings';
import { regionMigrations } from './migrations';
import { loadRegionSettings, regionSettingsGroups } from './region-settings';

async function main(argv: readonly string[]): Promise<void> {
  if (argv.includes('--describe-settings')) return void process.stdout.write(`${describeRegionSettings()}\n`);

  const settings = loadRegionSettings();
  const { listenHost, listenPort, logLevel } = settings.service;
  const logger = createLogger('region-silo', logLevel);
  const migrations = await runMigrations(settings.database.databaseUrl, regionMigrations);
  logger.info({ migrations }, 'database.migrated');
  if (argv.includes('migrate')) return;

  const { app } = await createRegionApp(settings, { logger });
  await app.listen(listenPort, listenHost);
  logger.info({ settings: describeSettings(regionSettingsGroups, settings) }, 'app.started');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof SettingsError) process.stderr.write(`${error.message}\n${error.remedy}\n`);
  else createLogger('region-silo', 'error').fatal({ error }, 'app.failed');
  process.exit(error instanceof SettingsError ? 78 : 1);
});
