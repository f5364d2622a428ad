import type { Environment } from '@switchyard/config';
import type { FleetDescription } from '@switchyard/fleet';

/** A database and the app whose tables are in it. */
export interface Target {
  /** For people: `us`, or the app. */
  readonly name: string;
  readonly app: string;
  readonly databaseUrl: string;
}

/** The apps that have tables. */
export const APPS = ['control-gateway', 'region-silo', 'webhook-notifier', 'outcomes-consumer'] as const;

const APP_OF_SILO: Readonly<Record<string, string>> = {
  control: 'control-gateway',
  notifier: 'webhook-notifier',
  outcomes: 'outcomes-consumer',
};

/** What the command line and the environment point at. @throws Error that says what is missing */
export function targetsOf(
  app: string | undefined,
  fleet: FleetDescription | undefined,
  environment: Environment,
): readonly Target[] {
  if (app !== undefined) return [oneTarget(app, environment['DATABASE_URL'] ?? '')];
  if (fleet === undefined) {
    throw new Error('No fleet runs from this folder: start one, or name one database by DATABASE_URL and --app.');
  }
  return Object.entries(fleet.databases).map(([name, databaseUrl]) => ({
    name,
    app: APP_OF_SILO[name] ?? 'region-silo',
    databaseUrl,
  }));
}

function oneTarget(app: string, databaseUrl: string): Target {
  if (!APPS.some((name) => name === app)) throw new Error(`--app is one of ${APPS.join(', ')}.`);
  if (databaseUrl === '') throw new Error(`DATABASE_URL is not set: it names the database of ${app}.`);
  return { name: app, app, databaseUrl };
}
