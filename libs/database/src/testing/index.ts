export { temporaryDatabase } from './temporary-database';
export type { TemporaryDatabase } from './temporary-database';
