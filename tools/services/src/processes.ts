import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { poll } from './poll';

/** A process, told apart from a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks since boot when it started; `undefined` where the system does not tell (Linux does). */
  readonly startTime?: string | undefined;
}

/** Identifies a running process. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: readStat(pid)?.startTime };
}

/** Whether exactly this process still runs; one that ended and was not yet reaped does not. */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  if (process.platform === 'linux') {
    const stat = readStat(pid);
    return stat !== undefined && stat.state !== 'Z' && (startTime === undefined || stat.startTime === startTime);
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The program's name, or `undefined` when there is no such process. */
export function programName(pid: number): string | undefined {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
      : execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** Long enough for a database to write its last checkpoint. */
const GRACE_MS = 10_000;

/** Asks a process to stop, and ends it when it does not within ten seconds. */
export async function stopProcess(target: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  const hasStopped = () => (isRunning(target) ? undefined : true);
  if (hasStopped()) return;
  send(target.pid, signal);
  if (await poll(hasStopped, { timeoutMs: GRACE_MS, everyMs: 10 })) return;
  send(target.pid, 'SIGKILL');
  await poll(hasStopped, { timeoutMs: GRACE_MS });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

function readStat(pid: number): { state: string; startTime: string } | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses and may hold spaces; the state is field 3, the start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
