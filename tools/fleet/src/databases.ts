import { Client, escapeIdentifier } from 'pg';
import { environment } from '@switchyard/config';
import { startPostgres } from '@switchyard/services';

/** The silos that have a database of their own. */
export const DATABASE_NAMES = ['control', 'us', 'de', 'notifier', 'outcomes'] as const;

export type DatabaseName = (typeof DATABASE_NAMES)[number];

/** The fleet's databases, one per silo. */
export interface FleetDatabases {
  readonly urls: Readonly<Record<DatabaseName, string>>;
  /** One sentence for people: where they are. */
  readonly origin: string;
  /** Absent when the server is not ours to stop. */
  readonly stop?: () => Promise<void>;
}

/** Whether the operator's own server is used. */
export function isExternalDatabase(): boolean {
  return (environment()['DATABASE_URL'] ?? '') !== '';
}

/**
 * Starts the embedded PostgreSQL, or takes over the one that a killed run left.
 *
 * @param port tried first; any free one otherwise
 */
export async function embeddedDatabases(dataDir: string, port: number | undefined): Promise<FleetDatabases> {
  const server = await startPostgres({ persistent: true, dataDir, ...(port === undefined ? {} : { port }) });
  return {
    urls: await eachDatabase((name) => server.ensureDatabase(`switchyard_${name}`)),
    origin: server.isReused ? 'embedded PostgreSQL, found running' : 'embedded PostgreSQL',
    stop: () => server.stop(),
  };
}

/**
 * Uses a server of the operator's; creates the databases that are missing.
 *
 * @throws Error that says what to do when the server or the role will not do
 */
export async function externalDatabases(serverUrl: string): Promise<FleetDatabases> {
  checkForm(serverUrl);
  const urls = await using(serverUrl, (client) => eachDatabase((name) => ensureDatabase(client, serverUrl, name)));
  for (const url of Object.values(urls)) await using(url, checkRights);
  return { urls, origin: 'PostgreSQL of DATABASE_URL' };
}

function checkForm(serverUrl: string): void {
  if (/^postgres(ql)?:\/\//.test(serverUrl) && URL.canParse(serverUrl)) return;
  throw new Error(
    'DATABASE_URL is not the address of a PostgreSQL: write it as postgres://user:password@host:5432/postgres, or unset it.',
  );
}

async function using<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(whyNot(url, error as { code?: string; message?: string }));
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** By SQLSTATE, or by the system's name of a network error. */
function whyNot(url: string, { code, message }: { code?: string; message?: string }): string {
  const database = new URL(url).pathname.slice(1);
  if (code === '28P01' || code === '28000')
    return 'PostgreSQL at DATABASE_URL refuses its user or password: correct them, or unset DATABASE_URL.';
  if (code === '3D000')
    return `PostgreSQL at DATABASE_URL has no database ${database}: name one that exists, for example postgres.`;
  if (code === '42501') return notAllowed(database);
  return `PostgreSQL at DATABASE_URL cannot be reached (${code ?? message ?? 'no reason given'}): check the address, or unset DATABASE_URL.`;
}

async function ensureDatabase(client: Client, serverUrl: string, name: DatabaseName): Promise<string> {
  const database = `switchyard_${name}`;
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (rowCount === 0) await createDatabase(client, database);
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function createDatabase(client: Client, database: string): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    const names = DATABASE_NAMES.map((name) => `switchyard_${name}`).join(', ');
    throw new Error(`The role of DATABASE_URL may not create databases: grant it CREATEDB, or create ${names} for it.`);
  }
}

/** Migrations create tables, and the queue a schema of its own. */
async function checkRights(client: Client): Promise<void> {
  const { rows } = await client.query<{ database: string; isAllowed: boolean }>(
    `SELECT current_database() AS database, has_database_privilege(current_database(), 'CREATE')
       AND coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) AS "isAllowed"`,
  );
  const [row] = rows;
  if (row !== undefined && !row.isAllowed) throw new Error(notAllowed(row.database));
}

const notAllowed = (database: string): string =>
  `The role of DATABASE_URL may not work in the database ${database}: make it the owner, or drop that database.`;

async function eachDatabase(open: (name: DatabaseName) => Promise<string>): Promise<Record<DatabaseName, string>> {
  const entries: [DatabaseName, string][] = [];
  for (const name of DATABASE_NAMES) entries.push([name, await open(name)]);
  return Object.fromEntries(entries) as Record<DatabaseName, string>;
}
