import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SwitchyardError } from '@switchyard/primitives';
import { poll } from '../poll';
import { identify, isRunning } from '../processes';
import type { ProcessIdentity } from '../processes';

/** Who runs the server of a folder, and who stops it when that process dies. */
interface Owner extends ProcessIdentity {
  readonly guardian?: ProcessIdentity;
}

/** A guardian gives the server ten seconds to stop; then it is killed. */
const GUARDIAN_TIMEOUT_MS = 15_000;

/**
 * Makes this process the only owner of a data folder.
 *
 * What an owner that was killed left is taken over, but not before its guardian is done: it would stop the server under us.
 *
 * @throws SwitchyardError when another process that still runs owns it
 */
export async function takeOwnership(file: string, directory: string, guardianPid: number | undefined): Promise<void> {
  const owner: Owner = {
    ...identify(process.pid),
    ...(guardianPid === undefined ? {} : { guardian: identify(guardianPid) }),
  };
  while (!createExclusively(file, JSON.stringify(owner))) {
    const previous = readOwner(file);
    if (previous !== undefined && isRunning(previous)) throw inUse(directory, previous.pid);
    const { guardian } = previous ?? {};
    if (guardian !== undefined)
      await poll(() => (isRunning(guardian) ? undefined : true), { timeoutMs: GUARDIAN_TIMEOUT_MS });
    rmSync(file, { force: true });
  }
}

/** Lets others have the folder. */
export function giveUpOwnership(file: string): void {
  rmSync(file, { force: true });
}

function createExclusively(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner> | null;
    return typeof owner?.pid === 'number' ? (owner as Owner) : undefined;
  } catch {
    return undefined;
  }
}

function inUse(directory: string, pid: number): SwitchyardError {
  return new SwitchyardError(`The database folder ${directory} is used by the running process ${pid}.`, {
    code: 'SWY_SERVICES_POSTGRES_IN_USE',
    remedy: `Stop that process (for example with Ctrl-C in its terminal, or \`kill ${pid}\`) and start again.`,
  });
}
