import { Client } from 'pg';
import { environment } from '@switchyard/config';
import { externalDatabases } from './databases';

const serverUrl = environment()['TEST_DATABASE_URL'] ?? '';
const ROLE = 'fleet_spec_role';

async function run(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

function as(user: string, password: string, database = 'postgres'): string {
  const url = new URL(serverUrl);
  Object.assign(url, { username: user, password, pathname: `/${database}` });
  return url.href;
}

describe(externalDatabases.name, () => {
  beforeAll(() => run(`DROP ROLE IF EXISTS ${ROLE}`, `CREATE ROLE ${ROLE} LOGIN PASSWORD 'right'`));
  afterAll(() => run(`DROP ROLE ${ROLE}`));

  it.each([
    ['is no address', () => 'nonsense', 'write it as postgres://'],
    ['is of something else', () => 'http://127.0.0.1/postgres', 'write it as postgres://'],
    ['names a server that is not there', () => 'postgres://a:b@127.0.0.1:1/postgres', 'ECONNREFUSED'],
    ['has a wrong password', () => as(ROLE, 'wrong'), 'refuses its user or password'],
    ['names a database that is not there', () => as(ROLE, 'right', 'no_such_database'), 'no database no_such_database'],
    ['has a role that may not create databases', () => as(ROLE, 'right'), 'role of DATABASE_URL may not'],
  ])('says what to do when DATABASE_URL %s', async (_, url, words) => {
    const failure = (await externalDatabases(url()).catch((error: unknown) => error)) as Error;
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain('right');
  });
});
