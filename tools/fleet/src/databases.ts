import { Client, escapeIdentifier } from 'pg';
import { startPostgres } from '@switchyard/services';

/** The silos that have a database of their own. */
export const DATABASE_NAMES = ['control', 'us', 'de', 'notifier', 'outcomes'] as const;

export type DatabaseName = (typeof DATABASE_NAMES)[number];

/** The fleet's databases, one per silo. */
export interface FleetDatabases {
  readonly urls: Readonly<Record<DatabaseName, string>>;
  /** One sentence for people: where they are. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL, or takes over the one that a killed run left. */
export async function embeddedDatabases(dataDir: string, port: number): Promise<FleetDatabases> {
  const server = await startPostgres({ persistent: true, dataDir, port });
  return {
    urls: await eachDatabase((name) => server.ensureDatabase(`switchyard_${name}`)),
    origin: server.isReused ? 'embedded PostgreSQL, found running' : 'embedded PostgreSQL',
    stop: () => server.stop(),
  };
}

/** Uses a server of the operator's; creates the databases that are missing. */
export async function externalDatabases(serverUrl: string): Promise<FleetDatabases> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const why = (error as { code?: string }).code ?? 'no reason given';
    throw new Error(`PostgreSQL at DATABASE_URL cannot be reached (${why}): check the address, or unset DATABASE_URL.`);
  }
  try {
    const urls = await eachDatabase(async (name) => {
      const database = `switchyard_${name}`;
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
      const url = new URL(serverUrl);
      url.pathname = `/${database}`;
      return url.href;
    });
    return { urls, origin: 'PostgreSQL of DATABASE_URL', stop: () => Promise.resolve() };
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    const names = DATABASE_NAMES.map((name) => `switchyard_${name}`).join(', ');
    throw new Error(`The role of DATABASE_URL may not create databases: grant it CREATEDB, or create ${names} for it.`);
  } finally {
    await client.end();
  }
}

async function eachDatabase(open: (name: DatabaseName) => Promise<string>): Promise<Record<DatabaseName, string>> {
  const entries: [DatabaseName, string][] = [];
  for (const name of DATABASE_NAMES) entries.push([name, await open(name)]);
  return Object.fromEntries(entries) as Record<DatabaseName, string>;
}
