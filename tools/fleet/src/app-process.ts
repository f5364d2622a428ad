import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sharedGuardian } from '@switchyard/services';

/** One app of a fleet. */
export interface AppOptions {
  readonly name: string;
  /** The bundle to run. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens. */
  readonly address: string;
  readonly logFile: string;
}

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const TAIL_LINES = 5;

/** An app as a child process: started, watched, stopped; its output goes to its log file. */
export class AppProcess {
  private child: ChildProcess | undefined;
  private isExpectedToRun = false;

  constructor(
    readonly options: AppOptions,
    /** Told when the process ends without having been asked to. */
    private readonly onUnexpectedExit: (app: AppProcess, code: number | null, signal: NodeJS.Signals | null) => void,
  ) {}

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts the process; resolves when /readyz answers 200. @throws Error with the last lines of its log */
  async start(): Promise<void> {
    const log = openSync(this.options.logFile, 'a');
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.script], {
      env: { ...this.options.env },
      stdio: ['ignore', log, log],
      // A Ctrl-C in the terminal is the launcher's to handle: it stops the apps in order.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    this.isExpectedToRun = true;
    if (child.pid !== undefined) sharedGuardian().register(child.pid);
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) sharedGuardian().unregister(child.pid);
      if (this.isExpectedToRun && this.child === child) this.onUnexpectedExit(this, code, signal);
    });
    await this.untilReady();
  }

  /** Asks it to stop, and ends it when it does not. */
  async stop(): Promise<void> {
    await this.end('SIGTERM', STOP_TIMEOUT_MS);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL', STOP_TIMEOUT_MS);
  }

  /** The last lines of its log. */
  tail(): string {
    try {
      return readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    } catch {
      return '';
    }
  }

  private async end(signal: NodeJS.Signals, timeoutMs: number): Promise<void> {
    this.isExpectedToRun = false;
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    await exited;
    clearTimeout(timer);
  }

  private async untilReady(): Promise<void> {
    const endsAt = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < endsAt) {
      if (!this.isRunning) break;
      const isReady = await fetch(`${this.options.address}/readyz`, { signal: AbortSignal.timeout(3000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (isReady) return;
      await delay(POLL_MS);
    }
    this.isExpectedToRun = false;
    const why = this.isRunning ? `is not ready after ${READY_TIMEOUT_MS / 1000} s` : 'ended while it started';
    throw new Error(`${this.options.name} ${why}; ${this.options.logFile} says:\n${this.tail()}`);
  }
}
