import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Client, escapeIdentifier } from 'pg';
import { SwitchyardError } from '@switchyard/primitives';
import { freePort, isPortFree } from '../free-port';
import { sharedGuardian } from '../guardian';
import { poll } from '../poll';
import { identify, isRunning, stopProcess } from '../processes';
import { findBinaries } from './binaries';
import type { PostgresBinaries } from './binaries';
import { openDirectory, temporaryDirectory } from './data-directory';
import type { DataDirectory } from './data-directory';
import { giveUpOwnership, takeOwnership } from './owner';
import { databaseUrl, findRunning, probe } from './postmaster';
import type { Postmaster } from './postmaster';

/** Which server to start. */
export interface PostgresOptions {
  /** `true` keeps the data in `dataDir`; `false` uses a temporary folder that goes with the server. */
  readonly persistent: boolean;
  /** Needed when `persistent`. */
  readonly dataDir?: string;
  /** Tried first; another one is taken when it is in use. */
  readonly port?: number;
}

/** A PostgreSQL on 127.0.0.1 for this process alone. */
export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Whether it was left running by an earlier run that was killed. */
  readonly isReused: boolean;
  /** Connection string of the database `postgres`, as superuser. */
  readonly adminUrl: string;
  /** Connection string of a database, which need not exist. */
  url(database: string): string;
  /** Creates the database if it is missing; resolves to its connection string. */
  ensureDatabase(database: string): Promise<string>;
  /** Stops the server; removes a temporary folder. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const PORT_TRIES = 5;
const LOG_BYTES_MAX = 5 * 1024 * 1024;

const SERVER_PARAMETERS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  // Three apps per silo with several pools each, and specs in parallel.
  'max_connections=300',
].flatMap((parameter) => ['-c', parameter]);

/**
 * Starts PostgreSQL, or takes over the one that a killed run left behind.
 *
 * @throws SwitchyardError with one sentence and a remedy
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = findBinaries();
  const path = options.persistent ? requireDataDir(options) : temporaryDirectory();
  const directory = openDirectory(binaries, path);
  await takeOwnership(directory.ownerFile, directory.path, sharedGuardian().pid);
  try {
    const running = await findRunning(directory);
    const ward = options.persistent ? undefined : directory.path;
    if (running !== undefined) sharedGuardian().register(running.pid, { signal: 'SIGINT' });
    const postmaster = running ?? (await startServer(binaries, directory, options.port, ward));
    return describe(postmaster, directory, { isReused: running !== undefined, isTemporary: !options.persistent });
  } catch (error) {
    giveUpOwnership(directory.ownerFile);
    if (!options.persistent) rmSync(directory.path, { recursive: true, force: true });
    throw error;
  }
}

function requireDataDir({ dataDir }: PostgresOptions): string {
  if (dataDir === undefined) throw new Error('a persistent PostgreSQL needs a dataDir');
  return dataDir;
}

async function startServer(
  binaries: PostgresBinaries,
  directory: DataDirectory,
  wanted: number | undefined,
  temporary: string | undefined,
): Promise<Postmaster> {
  for (let tries = 1; ; tries++) {
    const port = tries === 1 && wanted !== undefined && (await isPortFree(wanted)) ? wanted : await freePort();
    const outcome = await tryPort(binaries, directory, port, temporary);
    if (typeof outcome !== 'string') return outcome;
    if (!/address already in use|could not bind/i.test(outcome) || tries === PORT_TRIES)
      throw startFailed(outcome, directory);
  }
}

/** Resolves to the server, or to what it said before it ended. */
async function tryPort(
  { postgres }: PostgresBinaries,
  { cluster, launcher, log, password }: DataDirectory,
  port: number,
  temporary: string | undefined,
): Promise<Postmaster | string> {
  const logFd = openSync(log, sizeOf(log) > LOG_BYTES_MAX ? 'w' : 'a', 0o600);
  const logStart = sizeOf(log);
  const child = launcher.start(postgres, ['-D', cluster, '-p', String(port), ...SERVER_PARAMETERS], logFd);
  closeSync(logFd);
  let failure: string | undefined;
  const onExit = (): void => {
    failure ??= readFileSync(log, 'utf8').slice(logStart).trim() || 'it ended without a word';
  };
  child.once('error', (error) => (failure = error.message)).once('exit', onExit);
  child.unref();
  const pid = child.pid ?? 0;
  const ward = temporary === undefined ? {} : { directory: temporary };
  if (pid > 0) sharedGuardian().register(pid, { signal: 'SIGINT', ...ward });
  const url = databaseUrl(password, port, 'postgres');
  const isReady = await poll(
    async () => (failure !== undefined ? false : (await probe(url, cluster)) === 'ready' || undefined),
    {
      timeoutMs: START_TIMEOUT_MS,
    },
  );
  child.off('exit', onExit);
  if (isReady) return { pid, port };
  await stopProcess(identify(pid), 'SIGINT');
  sharedGuardian().unregister(pid);
  return failure ?? `it accepted no connection within ${START_TIMEOUT_MS / 1000} s`;
}

function describe(
  { pid, port }: Postmaster,
  { path, password, ownerFile }: DataDirectory,
  { isReused, isTemporary }: { isReused: boolean; isTemporary: boolean },
): PostgresServer {
  const identity = identify(pid);
  const url = (database: string): string => databaseUrl(password, port, database);
  return {
    port,
    pid,
    isReused,
    adminUrl: url('postgres'),
    url,
    async ensureDatabase(database) {
      await createMissing(url('postgres'), database);
      return url(database);
    },
    async stop() {
      await stopProcess(identity, 'SIGINT');
      if (isRunning(identity)) return;
      sharedGuardian().unregister(pid);
      giveUpOwnership(ownerFile);
      if (isTemporary) rmSync(path, { recursive: true, force: true });
    },
  };
}

async function createMissing(adminUrl: string, database: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

function startFailed(said: string, { log }: DataDirectory): SwitchyardError {
  const line = said.split('\n').find((text) => /FATAL|PANIC/.test(text)) ?? said.split('\n').at(-1) ?? said;
  return new SwitchyardError(`PostgreSQL did not start: ${line.replace(/^.*?(FATAL|PANIC):\s*/, '')}`, {
    code: 'SWY_SERVICES_POSTGRES_START',
    remedy: `Read ${log} for the reason, or set DATABASE_URL to a PostgreSQL of your own.`,
  });
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
