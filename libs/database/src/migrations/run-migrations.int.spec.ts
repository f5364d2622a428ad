import { temporaryDatabase } from '../testing';
import type { TemporaryDatabase } from '../testing';
import { defineMigrations } from './migration';
import { runMigrations } from './run-migrations';
import { schemaOf } from './schema';

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

describe('schemaOf', () => {
  let database: TemporaryDatabase;
  beforeEach(async () => {
    database = await temporaryDatabase([]);
  });
  afterEach(() => database.drop());
  const schema = (...files: readonly { name: string; sql: string }[]) =>
    schemaOf(database.url, defineMigrations('lib', files));
  const risky = { name: '0002_risky', sql: 'ALTER TABLE things RENAME TO objects' };

  it('plans with what is not safe, and changes nothing', async () => {
    expect(await schema(first, risky).plan()).toEqual({
      isGood: true,
      lines: [
        'would apply lib_0001_things',
        'would apply lib_0002_risky',
        expect.stringContaining('NOT SAFE while the old version serves (rename): ALTER TABLE things'),
        expect.stringContaining('old name'),
        '0 applied, 2 pending',
      ],
    });
    const { rows } = await database.pool.query(
      `SELECT to_regclass('migrations') a, to_regclass('migration_checksum') b`,
    );
    expect(rows).toEqual([{ a: null, b: null }]);
  });

  it('says what to run as long as something is pending, and nothing afterwards', async () => {
    await expect(schema(first).requireCurrent()).rejects.toMatchObject({
      code: 'SWY_DATABASE_MIGRATIONS_PENDING',
      message: 'A migration is pending (lib_0001_things).',
      remedy: expect.stringContaining('main.js migrate apply'),
    });
    expect(await schema(first).verify()).toMatchObject({ isGood: false });
    await schema(first).apply();
    await schema(first).requireCurrent();
    expect(await schema(first).verify()).toEqual({ isGood: true, lines: ['1 applied, as expected'] });
  });

  it('finds a migration that was changed after it was applied, but for its comments', async () => {
    await schema(first).apply();
    const commented = { ...first, sql: `-- things\n${first.sql}` };
    expect(await schema(commented).verify()).toMatchObject({ isGood: true });
    const changed = { ...first, sql: first.sql.replace('bigint', 'int') };
    expect(await schema(changed).verify()).toMatchObject({
      isGood: false,
      lines: [expect.stringContaining('Changed after they were applied: lib_0001_things'), expect.any(String)],
    });
    await expect(schema(changed, second).apply()).rejects.toMatchObject({ code: 'SWY_DATABASE_MIGRATION_CHANGED' });
    expect(await schema(changed, second).plan()).toMatchObject({ isGood: false });
  });

  it('takes what was applied before there were checksums as it is, once', async () => {
    await schema(first).apply();
    await database.pool.query('DROP TABLE migration_checksum');
    expect(await schema(first).verify()).toMatchObject({
      isGood: true,
      lines: [expect.stringContaining('before checksums'), expect.any(String)],
    });
    await schema(first).apply();
    expect(await schema(first).verify()).toEqual({ isGood: true, lines: ['1 applied, as expected'] });
  });

  it('lets the version before serve on: what a newer one applied is no reason to stop', async () => {
    await schema(first, second).apply();
    await schema(first).requireCurrent();
    expect(await schema(first).verify()).toMatchObject({
      isGood: true,
      lines: ['applied by another version: lib_0002_names', '1 applied, as expected'],
    });
  });
});
