import 'reflect-metadata';
import { describeSettings, loadSettings, printSettings } from '@switchyard/config';
import { runMigrations } from '@switchyard/database';
import { createLogger, runApp, serve } from '@switchyard/telemetry';
import { SERVICE } from './app.module';
import { appSettings } from './app.settings';
import { createGateway, migrations } from './create-gateway';

runApp(async () => {
  const [command] = process.argv.slice(2);
  if (command === '--describe-settings') return printSettings(SERVICE, appSettings);
  const settings = loadSettings(appSettings);
  const logger = createLogger(SERVICE, settings.service.logLevel);
  const applied = await runMigrations(settings.database.databaseUrl, migrations);
  if (applied.length > 0) logger.info({ migrations: applied }, 'database.migrated');
  if (command === 'migrate') return;
  logger.info(describeSettings(appSettings, settings), 'app.configured');
  await serve(await createGateway(settings, logger), settings.service, logger);
});
