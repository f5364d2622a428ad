import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SwitchyardError } from '@switchyard/primitives';
import type { PostgresBinaries } from './binaries';
import { Launcher } from './launch';

/** The only user of a local server. */
export const SUPERUSER = 'postgres';

/** The folder of one server: its cluster, its password, its log and who owns it. */
export interface DataDirectory {
  readonly path: string;
  readonly cluster: string;
  readonly password: string;
  readonly log: string;
  readonly ownerFile: string;
  readonly launcher: Launcher;
}

/** A fresh folder that lives as long as the server. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'switchyard-postgres-'));
  // The server's account has to pass; what is secret in it has a mode of its own.
  chmodSync(path, 0o755);
  return path;
}

/**
 * Opens a folder, and initialises a cluster in it when there is none.
 *
 * The cluster is made under another name first, so that one whose making was interrupted is never taken for a whole one.
 */
export function openDirectory(binaries: PostgresBinaries, directory: string): DataDirectory {
  const path = resolve(directory);
  const cluster = join(path, 'cluster');
  const passwordFile = join(path, 'password');
  mkdirSync(path, { recursive: true });
  const isNew = !existsSync(cluster);
  if (isNew) writeFileSync(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
  const launcher = isNew ? initialise(binaries, cluster, passwordFile) : Launcher.find(binaries, cluster);
  return {
    path,
    cluster,
    password: readPassword(passwordFile),
    log: join(path, 'server.log'),
    ownerFile: join(path, 'owner.json'),
    launcher,
  };
}

function initialise(binaries: PostgresBinaries, cluster: string, passwordFile: string): Launcher {
  const draft = `${cluster}.new`;
  const passwordCopy = `${passwordFile}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  const launcher = Launcher.find(binaries, draft);
  try {
    // initdb reads the password as the server's account.
    copyFileSync(passwordFile, passwordCopy);
    launcher.handOver(passwordCopy);
    launcher.run(binaries.initdb, [`--pgdata=${draft}`, `--pwfile=${passwordCopy}`, ...INITDB_PARAMETERS]);
  } catch (error) {
    throw initialisationFailed(error);
  } finally {
    rmSync(passwordCopy, { force: true });
  }
  renameSync(draft, cluster);
  return launcher;
}

const INITDB_PARAMETERS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  // The same order and the same case mapping on every machine.
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SwitchyardError(`The password of the local PostgreSQL cannot be read from ${file}.`, {
      code: 'SWY_SERVICES_POSTGRES_PASSWORD',
      remedy: 'Run as the user that made this folder, or remove the folder to begin with an empty database.',
      cause: error,
    });
  }
}

function initialisationFailed(cause: unknown): SwitchyardError {
  const said = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : String(cause);
  return new SwitchyardError(`PostgreSQL could not be initialised: ${said}`, {
    code: 'SWY_SERVICES_POSTGRES_INITDB',
    remedy: 'Free some disk space or run `npm rebuild`, or set DATABASE_URL to a PostgreSQL of your own.',
    cause,
  });
}
