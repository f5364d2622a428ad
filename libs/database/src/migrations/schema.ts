import { SwitchyardError } from '@switchyard/primitives';
import type { Schema, SchemaReport } from '@switchyard/telemetry';
import type { Migration } from './migration';
import { migrationRisks } from './migration-risks';
import { changedError, migrationState } from './migration-state';
import type { MigrationState } from './migration-state';
import { runMigrations } from './run-migrations';

/** The schema of one app's database, as the app's main function wants it. */
export function schemaOf(url: string, migrations: readonly Migration[]): Schema {
  return {
    async requireCurrent() {
      const { pending } = await migrationState(url, migrations);
      if (pending.length > 0) throw pendingError(pending);
    },
    apply: () => runMigrations(url, migrations),
    plan: async () => describePlan(await migrationState(url, migrations)),
    verify: async () => describeVerdict(await migrationState(url, migrations)),
  };
}

function pendingError(pending: readonly Migration[]): SwitchyardError {
  const count = pending.length === 1 ? 'A migration is pending' : `${pending.length} migrations are pending`;
  return new SwitchyardError(`${count} (${pending.map(({ name }) => name).join(', ')}).`, {
    code: 'SWY_DATABASE_MIGRATIONS_PENDING',
    remedy: 'Run `main.js migrate apply` of this version first, or start with SWITCHYARD_MIGRATE_AT_START=true.',
    details: { migrations: pending.map(({ name }) => name) },
  });
}

/** What `apply` would do, with what would hurt a version that still serves. */
export function describePlan(state: MigrationState): SchemaReport {
  const lines = state.pending.flatMap(({ name, sql }) => [
    `would apply ${name}`,
    ...migrationRisks(sql).flatMap(({ rule, statement, why, allowedBecause }) =>
      allowedBecause === undefined
        ? [`  NOT SAFE while the old version serves (${rule}): ${statement}`, `    ${why}`]
        : [`  allowed (${rule}), ${allowedBecause}: ${statement}`],
    ),
  ]);
  return {
    lines: [...lines, ...differences(state), `${state.applied.length} applied, ${state.pending.length} pending`],
    isGood: state.changed.length === 0,
  };
}

/** Whether the database is what this version expects. */
export function describeVerdict(state: MigrationState): SchemaReport {
  const pending = state.pending.map(({ name }) => `pending: ${name}`);
  const isGood = state.pending.length === 0 && state.changed.length === 0;
  return {
    lines: [
      ...pending,
      ...differences(state),
      `${state.applied.length} applied, ${isGood ? 'as expected' : 'NOT as expected'}`,
    ],
    isGood,
  };
}

function differences({ changed, unknown, unrecorded }: MigrationState): string[] {
  return [
    ...(changed.length === 0 ? [] : [changedError(changed)]).map(({ message, remedy }) => `${message} ${remedy}`),
    ...unknown.map((name) => `applied by another version: ${name}`),
    ...(unrecorded.length === 0
      ? []
      : [`${unrecorded.length} were applied before checksums were kept; apply records them`]),
  ];
}
