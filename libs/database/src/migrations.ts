import { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { Logger, MigrationInterface, QueryRunner } from 'typeorm';
import { SwitchyardError } from '@switchyard/primitives';

/** One change of a schema. */
export interface Migration {
  /** Unique over all libs: `outbox_0001_stored_webhooks`. */
  readonly name: string;
  /** Its place in the lib: 1, 2, 3… */
  readonly number: number;
  readonly sql: string;
}

/** Any constant does; all of Switchyard's processes must use the same one. */
const MIGRATION_LOCK = '7205759403792793';

/** TypeORM prints a failed migration to the console; we throw it. */
const SILENT: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

const FILE_NAME = /^(\d{4})_[a-z0-9_]+$/;

/**
 * Declares the migrations of one lib from its SQL files.
 *
 * @param files in order, `name` is the file's name without `.sql`: `0001_stored_webhooks`
 */
export function defineMigrations(lib: string, files: readonly { name: string; sql: string }[]): Migration[] {
  return files.map(({ name, sql }, index) => {
    const number = Number(FILE_NAME.exec(name)?.[1]);
    if (number !== index + 1)
      throw new Error(`migration ${name} of ${lib} must be named ${padded(index + 1, 4)}_subject`);
    return { name: `${lib.replaceAll('-', '_')}_${name}`, number, sql };
  });
}

/**
 * Applies what is missing, each migration in a transaction of its own, and resolves to the names of those applied now.
 *
 * One process at a time: the others wait for the advisory lock and then find nothing to do. TypeORM keeps the ledger in
 * its table `migrations`.
 *
 * @throws SwitchyardError `SWY_DATABASE_UNREACHABLE` or `SWY_DATABASE_MIGRATION_FAILED`
 */
export async function runMigrations(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const guard = new Client({
    connectionString: url,
    application_name: 'switchyard-migrations',
    connectionTimeoutMillis: 10_000,
  });
  guard.on('error', () => undefined);
  try {
    await guard.connect();
  } catch (error) {
    throw unreachable(url, error);
  }
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyPending(url, migrations);
  } finally {
    // Ending the session gives the lock back, even when this process dies before it gets here.
    await guard.end().catch(() => undefined);
  }
}

async function applyPending(url: string, migrations: readonly Migration[]): Promise<string[]> {
  let current = 'the ledger';
  const source = new DataSource({
    type: 'postgres',
    url,
    migrations: migrations.map((migration) => migrationClass(migration, () => (current = migration.name))),
    migrationsTransactionMode: 'each',
    installExtensions: false,
    logger: SILENT,
    poolSize: 1,
  });
  try {
    await source.initialize();
    const applied = await source.runMigrations({ transaction: 'each' });
    return applied.map(({ name }) => name.replace(/_\d{13}$/, ''));
  } catch (error) {
    throw new SwitchyardError(`Migration ${current} failed: ${messageOf(error)}`, {
      code: 'SWY_DATABASE_MIGRATION_FAILED',
      remedy: 'The migration was rolled back. Correct what PostgreSQL complains about and start again.',
      details: { migration: current },
      cause: error,
    });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/** TypeORM wants a class whose name ends in thirteen digits, and applies in the order of these digits. */
function migrationClass({ name, number, sql }: Migration, onStart: () => void): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = `${name}_${padded(number, 13)}`;

    async up(runner: QueryRunner): Promise<void> {
      onStart();
      await runner.query(sql);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('migrations go forward only: write a new one that undoes the change'));
    }
  };
}

function unreachable(url: string, cause: unknown): SwitchyardError {
  const { hostname, port, pathname } = new URL(url);
  return new SwitchyardError(
    `The database ${pathname.slice(1)} on ${hostname}:${port || '5432'} cannot be used: ${messageOf(cause)}`,
    {
      code: 'SWY_DATABASE_UNREACHABLE',
      remedy: 'Check DATABASE_URL and that PostgreSQL runs there and accepts this user.',
      cause,
    },
  );
}

const messageOf = (error: unknown): string =>
  error instanceof AggregateError && error.message === ''
    ? error.errors.map(messageOf).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');
