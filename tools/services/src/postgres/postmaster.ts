import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { SwitchyardError } from '@switchyard/primitives';
import { poll } from '../poll';
import { programName } from '../processes';
import type { DataDirectory } from './data-directory';
import { SUPERUSER } from './data-directory';

/** A server that accepts connections. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** SQLSTATE of a server that starts, stops or recovers: ask again. */
const NOT_YET = '57P03';
/** A server that was killed replays its log before it accepts connections. */
const RECOVERY_TIMEOUT_MS = 60_000;

/** The connection string of one database. */
export function databaseUrl(password: string, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/**
 * Finds the server that a killed run left behind, and clears away the pid file of one that is gone.
 *
 * @throws SwitchyardError when a server holds the folder and cannot be talked to
 */
export async function findRunning(directory: DataDirectory): Promise<Postmaster | undefined> {
  const state = await poll(() => inspect(directory), { timeoutMs: RECOVERY_TIMEOUT_MS, everyMs: 100 });
  if (state !== undefined) return state === 'none' ? undefined : state;
  const pid = readPidFile(directory)?.pid;
  throw new SwitchyardError(`A PostgreSQL (process ${pid}) holds ${directory.cluster} and accepts no connections.`, {
    code: 'SWY_SERVICES_POSTGRES_STUCK',
    remedy: `Stop it with \`kill -INT ${pid}\` and start again.`,
  });
}

/** `undefined` means: ask again. */
async function inspect(directory: DataDirectory): Promise<Postmaster | 'none' | undefined> {
  const left = readPidFile(directory);
  if (left === undefined) return 'none';
  if (!programName(left.pid)?.includes('postgres')) {
    // The number went to another program, which PostgreSQL would take for a server.
    rmSync(join(directory.cluster, 'postmaster.pid'), { force: true });
    return 'none';
  }
  const answer = await probe(databaseUrl(directory.password, left.port, 'postgres'), directory.cluster);
  return answer === 'ready' ? left : undefined;
}

/** Whether the server of this cluster answers. */
export async function probe(url: string, cluster: string): Promise<'ready' | 'not_yet' | 'other'> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === cluster ? 'ready' : 'other';
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return code === NOT_YET || code === 'ECONNREFUSED' ? 'not_yet' : 'other';
  } finally {
    await client.end().catch(() => undefined);
  }
}

function readPidFile(directory: DataDirectory): Postmaster | undefined {
  try {
    const lines = readFileSync(join(directory.cluster, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return Number.isInteger(pid) && pid > 0 ? { pid, port } : undefined;
  } catch {
    return undefined;
  }
}
