import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { environment } from '@switchyard/config';

/** Where a program is; `undefined` when it is not on the path. */
export function findProgram(name: string): string | undefined {
  const folders = (environment()['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/**
 * Finds a program, or installs the Debian package that brings it, where this process may; `undefined` otherwise.
 *
 * @param notice told before something is installed
 */
export function findOrInstall(
  program: string,
  packageName: string,
  notice: (text: string) => void,
): string | undefined {
  const found = findProgram(program);
  if (found !== undefined || process.getuid?.() !== 0 || findProgram('apt-get') === undefined) return found;
  notice(`${program} is not installed: installing it with apt-get…`);
  // RUNLEVEL=1 keeps a package from starting a server of its own.
  const env = { ...environment(), DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const parameters = ['install', '-y', '--no-install-recommends', packageName];
  if (spawnSync('apt-get', parameters, { env, stdio: 'ignore' }).status !== 0) {
    try {
      execFileSync('apt-get', ['update'], { env, stdio: 'ignore' });
      execFileSync('apt-get', parameters, { env, stdio: 'ignore' });
    } catch {
      return undefined;
    }
  }
  return findProgram(program);
}
