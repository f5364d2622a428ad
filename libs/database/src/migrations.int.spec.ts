import { temporaryDatabase } from './testing';
import type { TemporaryDatabase } from './testing';
import { defineMigrations, runMigrations } from './migrations';

const first = {
  name: '0001_things',
  sql: 'CREATE TABLE things (id bigint PRIMARY KEY); INSERT INTO things VALUES (1);',
};
const second = { name: '0002_names', sql: 'ALTER TABLE things ADD COLUMN name text;' };

describe('runMigrations', () => {
  let database: TemporaryDatabase;
  beforeEach(async () => {
    database = await temporaryDatabase([]);
  });
  afterEach(() => database.drop());

  it('applies what is missing, in order, and nothing twice', async () => {
    expect(await runMigrations(database.url, defineMigrations('my-lib', [first]))).toEqual(['my_lib_0001_things']);
    const both = defineMigrations('my-lib', [first, second]);
    expect(await runMigrations(database.url, both)).toEqual(['my_lib_0002_names']);
    expect(await runMigrations(database.url, both)).toEqual([]);
    const { rows } = await database.pool.query('SELECT id, name FROM things');
    expect(rows).toEqual([{ id: '1', name: null }]);
  });

  it('keeps the migrations of several libs apart', async () => {
    const other = defineMigrations('other', [{ name: '0001_things', sql: 'CREATE TABLE others (id int)' }]);
    const applied = await runMigrations(database.url, [...defineMigrations('lib', [first, second]), ...other]);
    expect([...applied].sort()).toEqual(['lib_0001_things', 'lib_0002_names', 'other_0001_things']);
  });

  it('lets several processes start at once: one applies, the others wait', async () => {
    const migrations = defineMigrations('lib', [
      { name: '0001_slow', sql: 'CREATE TABLE slow (id int); SELECT pg_sleep(0.2);' },
    ]);
    const results = await Promise.all(Array.from({ length: 5 }, () => runMigrations(database.url, migrations)));
    expect(results.flat()).toEqual(['lib_0001_slow']);
  });

  it('rolls a failed migration back, names it, and keeps those before it', async () => {
    const broken = { name: '0002_broken', sql: 'CREATE TABLE half (id int); SELECT no_such_function();' };
    await expect(runMigrations(database.url, defineMigrations('lib', [first, broken]))).rejects.toMatchObject({
      code: 'SWY_DATABASE_MIGRATION_FAILED',
      message: expect.stringContaining('lib_0002_broken'),
    });
    const { rows } = await database.pool.query(`SELECT to_regclass('half') half, to_regclass('things') things`);
    expect(rows).toEqual([{ half: null, things: 'things' }]);
    expect(await runMigrations(database.url, defineMigrations('lib', [first, second]))).toEqual(['lib_0002_names']);
  });

  it('says so when the database cannot be reached', async () => {
    const url = new URL(database.url);
    url.pathname = '/nowhere';
    await expect(runMigrations(url.href, [])).rejects.toMatchObject({ code: 'SWY_DATABASE_UNREACHABLE' });
  });
});
