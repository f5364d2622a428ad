import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { environment } from '@switchyard/config';
import type { Migration } from '../migrations/migration';
import { runMigrations } from '../migrations/run-migrations';
import { createPool } from '../pool';
import type { Pool } from '../pool';

/** A database of its own for one spec file. */
export interface TemporaryDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Closes the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

const PREFIX = 'switchyard_test';

/**
 * Makes a database on the server of `TEST_DATABASE_URL` and applies the migrations.
 *
 * Each set of migrations is applied once to a template, of which every further database is a copy: some 50 ms each.
 */
export async function temporaryDatabase(migrations: readonly Migration[]): Promise<TemporaryDatabase> {
  const server = serverUrl();
  const name = `${PREFIX}_${randomBytes(8).toString('hex')}`;
  await onServer(server, async (client) => {
    const template = migrations.length === 0 ? 'template1' : await ensureTemplate(client, server, migrations);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const url = databaseUrl(server, name);
  const pool = createPool({ url, max: 10, applicationName: 'test' });
  return {
    url,
    pool,
    async drop() {
      await pool.end();
      await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

function serverUrl(): string {
  const url = environment()['TEST_DATABASE_URL'];
  if (url === undefined || url === '') {
    throw new Error(
      'TEST_DATABASE_URL is not set: run specs with jest from the repository root, its global setup sets it',
    );
  }
  return url;
}

/** The template takes its final name only when it is complete, so a run that was killed leaves none that is half made. */
async function ensureTemplate(client: Client, server: string, migrations: readonly Migration[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 24);
  const template = `${PREFIX}_template_${hash}`;
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) {
      const draft = `${template}_draft`;
      await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${draft}`);
      await runMigrations(databaseUrl(server, draft), migrations);
      await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
    }
    return template;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [template]);
  }
}

async function onServer<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, application_name: 'test-setup' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
