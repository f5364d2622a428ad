import type { Schema, SchemaReport } from './schema';

/** What `main.js migrate` can do. */
export const MIGRATE_COMMANDS = ['plan', 'apply', 'verify'] as const;

export type MigrateCommand = (typeof MIGRATE_COMMANDS)[number];

/** Without a word, `migrate` applies. `undefined` when it is none of ours. */
export function readMigrateCommand(word = 'apply'): MigrateCommand | undefined {
  return MIGRATE_COMMANDS.find((command) => command === word);
}

/** Carries one command out. */
export async function migrate(schema: Schema, command: MigrateCommand): Promise<SchemaReport> {
  if (command !== 'apply') return schema[command]();
  const applied = await schema.apply();
  const lines = applied.map((name) => `applied ${name}`);
  return { lines: lines.length === 0 ? ['nothing was pending'] : lines, isGood: true };
}
