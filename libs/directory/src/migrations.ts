import { defineMigrations } from '@switchyard/database';
import directory from '../migrations/0001_directory.sql';
import accessToken from '../migrations/0003_access_token.sql';
import verification from '../migrations/0002_verification.sql';

/** The tables of the directory. */
export const directoryMigrations = defineMigrations('directory', [
  { name: '0001_directory', sql: directory },
  { name: '0002_verification', sql: verification },
  { name: '0003_access_token', sql: accessToken },
]);
