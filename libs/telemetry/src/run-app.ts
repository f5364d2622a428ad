import type { INestApplication } from '@nestjs/common';
import { describeSettings, loadSettings, settingsDescription } from '@switchyard/config';
import type { serviceSettings, SettingsGroup, SettingsOf } from '@switchyard/config';
import { createLogger } from './logger';
import type { Logger } from './logger';
import { describeMetrics } from './metrics';
import { migrate, readMigrateCommand } from './migrate-command';
import type { MigrateCommand } from './migrate-command';
import type { Schema } from './schema';
import { serve } from './serve';
import { startTracing, tracingSettings } from './tracing';
import type { TracingSettings } from './tracing';

type Groups = Record<string, SettingsGroup> & { readonly service: ReturnType<typeof serviceSettings> };
type ServiceValues = SettingsOf<ReturnType<typeof serviceSettings>>;
type Values<App extends Groups> = { readonly [Name in keyof App]: SettingsOf<App[Name]> };

/** What makes an app. */
export interface AppDefinition<App extends Groups> {
  /** Name in logs, metrics and pg_stat_activity. */
  readonly service: string;
  readonly settings: App;
  /** The app's tables. May use the groups `service` and `database` only: a migration job has no other settings. */
  readonly schema?: (settings: Values<App>) => Schema;
  /** Builds the app, ready to listen. */
  readonly create: (settings: Values<App>, logger: Logger) => Promise<INestApplication>;
}

/** sysexits.h: the configuration is wrong; the command line is wrong. */
const EX_CONFIG = 78;
const EX_USAGE = 64;

const USAGE = `usage: main.js [migrate plan|apply|verify | --describe]
Settings come from the environment: docs/settings.md.
`;

/**
 * The main function of every app.
 *
 *   main.js                              serves until SIGTERM; refuses to start while migrations are pending
 *   main.js migrate plan|apply|verify    looks at the database, or changes it, and ends (docs/decisions/0037)
 *   main.js --describe                   prints the app's settings and metrics as JSON, for the documentation
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
  const [command, word] = args;
  if (command === '--describe') return describe(app);
  if (command === 'migrate') {
    const wanted = readMigrateCommand(word);
    return wanted === undefined ? misuse() : runMigrate(app, wanted);
  }
  if (command !== undefined) return misuse();
  const groups = { ...app.settings, tracing: tracingSettings };
  const loaded = loadSettings(groups);
  const settings = loaded as unknown as Values<App>;
  const service = settings.service as ServiceValues;
  const logger = createLogger(app.service, service.logLevel);
  const schema = app.schema?.(settings);
  if (service.migrateAtStart) {
    const applied = (await schema?.apply()) ?? [];
    if (applied.length > 0) logger.info({ migrations: applied }, 'database.migrated');
  } else await schema?.requireCurrent();
  logger.info(describeSettings(groups, loaded), 'app.configured');
  await startTracing(app.service, loaded.tracing as TracingSettings);
  await serve(await app.create(settings, logger), service, logger);
}

async function describe<const App extends Groups>({ service, settings }: AppDefinition<App>): Promise<void> {
  const groups = settingsDescription({ ...settings, tracing: tracingSettings });
  const description = { app: service, groups, metrics: await describeMetrics() };
  process.stdout.write(`${JSON.stringify(description)}\n`);
}

function misuse(): void {
  process.stderr.write(USAGE);
  process.exitCode = EX_USAGE;
}

async function runMigrate<const App extends Groups>(app: AppDefinition<App>, command: MigrateCommand): Promise<void> {
  const { service, database } = app.settings;
  const settings = loadSettings({ service, ...(database === undefined ? {} : { database }) });
  const schema = app.schema?.(settings as unknown as Values<App>);
  if (schema === undefined) return;
  const { lines, isGood } = await migrate(schema, command);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!isGood) process.exitCode = 1;
}
