import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { identify } from './processes';
import { GUARDIAN_PROGRAM } from './guardian-program';

/** Long enough for a database to write its last checkpoint. */
const GRACE_MS = 10_000;

/** What to do with a process when its owner is gone. */
export interface Ward {
  /** How to ask it to stop; PostgreSQL means "now, but cleanly" by SIGINT. Default SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** How long it may take to stop before it is killed; the longest of all wards counts. Default ten seconds. */
  readonly graceMs?: number;
  /** A temporary folder to remove afterwards; its name must begin with `switchyard-`. */
  readonly directory?: string;
}

/**
 * Stops the servers of a process that dies, even by SIGKILL.
 *
 * A small detached process holds the reading end of a pipe whose only writing end is here. When this process ends, however
 * it ends, the kernel closes the pipe, and the guardian stops what is registered. It compares start times where the
 * system tells them, so it never stops a stranger that got the same number.
 */
export class Guardian {
  private constructor(private readonly child: ChildProcess) {}

  static start(): Guardian {
    const child = spawn(process.execPath, ['-e', GUARDIAN_PROGRAM], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    // It must not keep its owner alive.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    return new Guardian(child);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Call at once after the process was started. */
  register(pid: number, ward: Ward = {}): void {
    this.send({ add: { signal: 'SIGTERM', graceMs: GRACE_MS, ...ward, ...identify(pid) } });
  }

  /** Call when the process has ended. */
  unregister(pid: number): void {
    this.send({ remove: pid });
  }

  /** Ends the guardian; it stops what is still registered. */
  close(): void {
    this.child.stdin?.end();
  }

  private send(message: object): void {
    if (this.child.stdin?.writable) this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

let shared: Guardian | undefined;

/** The guardian of this process, started when it is first needed. */
export function sharedGuardian(): Guardian {
  return (shared ??= Guardian.start());
}
