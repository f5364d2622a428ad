import { SwitchyardError } from '@switchyard/primitives';
import type { Queryable } from '../pool';
import { migrationChecksum } from './checksum';
import { connect } from './connect';
import type { Migration } from './migration';

/** What a database has of the migrations that this version brings. */
export interface MigrationState {
  /** Not applied yet, in the order in which they would be. */
  readonly pending: readonly Migration[];
  readonly applied: readonly Migration[];
  /** Applied as something else than this version's files say. */
  readonly changed: readonly Migration[];
  /** Applied before checksums were kept. */
  readonly unrecorded: readonly Migration[];
  /** Applied by another version, a newer one as a rule: fine while it is being rolled out. */
  readonly unknown: readonly string[];
}

/** `name`, `checksum`; what is recorded already stays. */
export const RECORD_CHECKSUM =
  'INSERT INTO migration_checksum (name, sha256) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING';

/** The name in TypeORM's ledger, which wants thirteen digits at its end. */
export const ledgerName = ({ name, number }: Migration): string => `${name}_${String(number).padStart(13, '0')}`;

/** Makes the table of checksums; the caller holds the lock of migrations. */
export async function createChecksums(database: Queryable): Promise<void> {
  await database.query(
    `CREATE TABLE IF NOT EXISTS migration_checksum (
       name text PRIMARY KEY, sha256 text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now())`,
  );
}

/** Compares; changes nothing, also where nothing was ever applied. */
export async function readState(database: Queryable, migrations: readonly Migration[]): Promise<MigrationState> {
  const names = new Set(await readColumn(database, 'migrations', 'name'));
  const checksums = new Map(
    (await readColumn(database, 'migration_checksum', `name || ' ' || sha256`)).map(
      (line) => line.split(' ') as [string, string],
    ),
  );
  const isApplied = (migration: Migration): boolean => names.has(ledgerName(migration));
  const applied = migrations.filter(isApplied);
  const known = new Set(migrations.map(ledgerName));
  return {
    pending: migrations.filter((migration) => !isApplied(migration)).sort((left, right) => left.number - right.number),
    applied,
    changed: applied.filter(
      ({ name, sql }) => (checksums.get(name) ?? migrationChecksum(sql)) !== migrationChecksum(sql),
    ),
    unrecorded: applied.filter(({ name }) => !checksums.has(name)),
    unknown: [...names].filter((name) => !known.has(name)).map((name) => name.replace(/_\d{13}$/, '')),
  };
}

/** Like {@link readState}, by a connection of its own. @throws SwitchyardError `SWY_DATABASE_UNREACHABLE` */
export async function migrationState(url: string, migrations: readonly Migration[]): Promise<MigrationState> {
  const client = await connect(url);
  try {
    return await readState(client, migrations);
  } finally {
    await client.end();
  }
}

/** What is thrown when an applied migration's file was changed afterwards. */
export function changedError(changed: readonly Migration[]): SwitchyardError {
  const names = changed.map(({ name }) => name);
  return new SwitchyardError(`Changed after they were applied: ${names.join(', ')}.`, {
    code: 'SWY_DATABASE_MIGRATION_CHANGED',
    remedy: 'Put back what was applied, and write a new migration for the change.',
    details: { migrations: names },
  });
}

async function readColumn(database: Queryable, table: string, column: string): Promise<string[]> {
  const { rows: found } = await database.query<{ table: string | null }>('SELECT to_regclass($1)::text AS "table"', [
    table,
  ]);
  if (found[0]?.table == null) return [];
  const { rows } = await database.query<{ value: string }>(`SELECT ${column} AS value FROM ${table}`);
  return rows.map(({ value }) => value);
}
