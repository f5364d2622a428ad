import { adminMigrations } from '@switchyard/admin-api';
import { defineMigrations } from '@switchyard/database';
import type { Migration } from '@switchyard/database';
import { eventStreamMigrations } from '@switchyard/event-stream';
import usageSpike from '../migrations/0002_usage_spike.sql';
import usage from '../migrations/0001_usage.sql';

/** The schema of the outcomes database: the consumer's own, and the streams of the embedded default. */
export const outcomesMigrations: readonly Migration[] = [
  ...eventStreamMigrations,
  ...adminMigrations,
  ...defineMigrations('outcomes', [
    { name: '0001_usage', sql: usage },
    { name: '0002_usage_spike', sql: usageSpike },
  ]),
];
