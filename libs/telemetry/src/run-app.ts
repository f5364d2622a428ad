import type { INestApplication } from '@nestjs/common';
import { describeSettings, loadSettings, settingsDescription } from '@switchyard/config';
import type { serviceSettings, SettingsGroup, SettingsOf } from '@switchyard/config';
import { createLogger } from './logger';
import type { Logger } from './logger';
import { describeMetrics } from './metrics';
import { serve } from './serve';

type Groups = Record<string, SettingsGroup> & { readonly service: ReturnType<typeof serviceSettings> };
type Values<App extends Groups> = { readonly [Name in keyof App]: SettingsOf<App[Name]> };

/** What makes an app. */
export interface AppDefinition<App extends Groups> {
  /** Name in logs, metrics and pg_stat_activity. */
  readonly service: string;
  readonly settings: App;
  /** Applies the app's migrations; resolves to the names of those that were missing. */
  readonly migrate?: (settings: Values<App>) => Promise<readonly string[]>;
  /** Builds the app, ready to listen. */
  readonly create: (settings: Values<App>, logger: Logger) => Promise<INestApplication>;
}

/** sysexits.h: the configuration is wrong; the command line is wrong. */
const EX_CONFIG = 78;
const EX_USAGE = 64;

/**
 * The main function of every app.
 *
 *   main.js             applies what migrations are missing, then serves until SIGTERM
 *   main.js migrate     applies them and ends
 *   main.js --describe  prints the app's settings and metrics as JSON, for the documentation
 *
 * A failure at start is told in words a person can act on and ends the process: code 78 for the configuration.
 */
export function runApp<const App extends Groups>(app: AppDefinition<App>): void {
  run(app, process.argv.slice(2)).catch((error: unknown) => {
    const { code, message, remedy, stack } = error as Record<string, unknown>;
    const isConfiguration = code === 'SWY_CONFIG_INVALID';
    // A wrong setting needs no stack, and neither does an error that says what to do.
    const text = typeof remedy === 'string' ? `${String(message)}\n${remedy}` : String(stack ?? message ?? error);
    process.stderr.write(`${text}\n`);
    process.exit(isConfiguration ? EX_CONFIG : 1);
  });
}

async function run<const App extends Groups>(app: AppDefinition<App>, args: readonly string[]): Promise<void> {
  const [command] = args;
  const { service } = app;
  if (command === '--describe') {
    const description = { app: service, groups: settingsDescription(app.settings), metrics: await describeMetrics() };
    process.stdout.write(`${JSON.stringify(description)}\n`);
    return;
  }
  if (command !== undefined && command !== 'migrate') {
    process.stderr.write(
      `usage: main.js [migrate | --describe]\nSettings come from the environment: docs/settings.md.\n`,
    );
    process.exitCode = EX_USAGE;
    return;
  }
  const settings = loadSettings(app.settings) as Values<App>;
  const listen = settings.service as SettingsOf<ReturnType<typeof serviceSettings>>;
  const logger = createLogger(service, listen.logLevel);
  const applied = (await app.migrate?.(settings)) ?? [];
  if (applied.length > 0) logger.info({ migrations: applied }, 'database.migrated');
  if (command === 'migrate') return;
  logger.info(describeSettings(app.settings, settings), 'app.configured');
  await serve(await app.create(settings, logger), listen, logger);
}
