import { temporaryDatabase } from '@switchyard/database/testing';
import { Pool } from 'pg';
import { migrations } from '../migrations';
import { BINARY_COLUMNS } from './binary-columns';

const COLUMNS_OF_THE_DATABASE = `
  SELECT c.relname || '.' || a.attname AS name
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('bytea'::regtype, 'jsonb'::regtype, 'json'::regtype)`;

describe('BINARY_COLUMNS', () => {
  it('knows every bytea and jsonb column of a migrated database, and no other', async () => {
    const database = await temporaryDatabase(migrations);
    const pool = new Pool({ connectionString: database.url });
    try {
      const { rows } = await pool.query<{ name: string }>(COLUMNS_OF_THE_DATABASE);
      expect(rows.map((row) => row.name).sort()).toEqual(Object.keys(BINARY_COLUMNS).sort());
    } finally {
      await pool.end();
      await database.drop();
    }
  });
});
