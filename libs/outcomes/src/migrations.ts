import { defineMigrations } from '@switchyard/database';
import trackedOutcome from '../migrations/0001_tracked_outcome.sql';

/** The table of outcomes on their way from an app to their topics. */
export const outcomesLibMigrations = defineMigrations('tracked-outcomes', [
  { name: '0001_tracked_outcome', sql: trackedOutcome },
]);
