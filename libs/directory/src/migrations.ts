import { defineMigrations } from '@switchyard/database';
import directory from '../migrations/0001_directory.sql';

/** The tables of the directory. */
export const directoryMigrations = defineMigrations('directory', [{ name: '0001_directory', sql: directory }]);
