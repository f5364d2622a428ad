export { DatabaseModule } from './database.module';
export type { DatabaseModuleOptions } from './database.module';
export { databaseSettings, encryptionSettings } from './database.settings';
export { generateKey, KeyRing, SealedDataError } from './key-ring';
export { defineMigrations, runMigrations } from './migrations';
export type { Migration } from './migrations';
export { createPool, inTransaction, PG_POOL } from './pool';
export type { Pool, PoolOptions, Queryable, Transaction } from './pool';
export { valuesClause } from './values-clause';
