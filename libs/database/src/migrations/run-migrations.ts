import { DataSource } from 'typeorm';
import type { Logger, MigrationInterface, QueryRunner } from 'typeorm';
import { SwitchyardError } from '@switchyard/primitives';
import { migrationChecksum } from './checksum';
import { connect, messageOf } from './connect';
import type { Migration } from './migration';
import { changedError, createChecksums, ledgerName, readState, RECORD_CHECKSUM } from './migration-state';

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

/**
 * Applies what is missing, each migration in a transaction of its own, and resolves to the names of those applied now.
 *
 * One process at a time: the others wait for the advisory lock and then find nothing to do. TypeORM keeps the ledger in
 * its table `migrations`, we keep what each one did in `migration_checksum`.
 *
 * @throws SwitchyardError `SWY_DATABASE_UNREACHABLE`, `SWY_DATABASE_MIGRATION_FAILED`, or `SWY_DATABASE_MIGRATION_CHANGED` when
 *   one that was applied is not what it was
 */
export async function runMigrations(url: string, migrations: readonly Migration[]): Promise<string[]> {
  const guard = await connect(url);
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await createChecksums(guard);
    const { pending, changed, unrecorded } = await readState(guard, migrations);
    if (changed.length > 0) throw changedError(changed);
    // Applied before there were checksums: what they are now is all that can be known of them.
    for (const { name, sql } of unrecorded) await guard.query(RECORD_CHECKSUM, [name, migrationChecksum(sql)]);
    return pending.length === 0 ? [] : await applyPending(url, migrations);
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
    readonly name = ledgerName({ name, number, sql });

    async up(runner: QueryRunner): Promise<void> {
      onStart();
      await runner.query(sql);
      await runner.query(RECORD_CHECKSUM, [name, migrationChecksum(sql)]);
    }

    down(): Promise<void> {
      return Promise.reject(new Error('migrations go forward only: write a new one that undoes the change'));
    }
  };
}
