import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
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

/** Nobody runs migrations beforehand here, and no load balancer has to hear of a stop before it happens. */
const DEFAULTS = { SWITCHYARD_MIGRATE_AT_START: 'true', SWITCHYARD_DRAIN_DELAY_MS: '0' };

const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const READY_ANSWER_MS = 3000;
/** Characters of an answer in a message. */
const ANSWER_SHOWN = 300;
const TAIL_LINES = 5;

/** An app as a child process: started, watched, stopped; its output goes to its log file. */
export class AppProcess {
  private child: ChildProcess | undefined;
  private isExpectedToRun = false;
  /** Where this start begins in the log, in bytes. */
  private logStart = 0;
  /** What /readyz last said while it was not ready. */
  private lastAnswer = '';

  constructor(
    readonly options: AppOptions,
    /** Told when the process ends without having been asked to, after it was ready. */
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
    if (this.isRunning) throw new Error(`${this.options.name} runs already: stop it first.`);
    const log = openSync(this.options.logFile, 'a');
    this.logStart = fstatSync(log).size;
    this.lastAnswer = '';
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.script], {
      env: { ...DEFAULTS, ...this.options.env },
      stdio: ['ignore', log, log],
      // A Ctrl-C in the terminal is the launcher's to handle: it stops the apps in order.
      detached: true,
    });
    closeSync(log);
    this.child = child;
    if (child.pid !== undefined) sharedGuardian().register(child.pid);
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) sharedGuardian().unregister(child.pid);
      if (this.isExpectedToRun && this.child === child) this.onUnexpectedExit(this, code, signal);
    });
    await this.untilReady();
    this.isExpectedToRun = true;
  }

  /** Asks it to stop, and ends it when it does not; resolves to its exit code, which is absent when it was ended or did not run. */
  async stop(): Promise<number | undefined> {
    await this.end('SIGTERM', STOP_TIMEOUT_MS);
    return this.child?.exitCode ?? undefined;
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL', STOP_TIMEOUT_MS);
  }

  /** The last lines that it logged since it was started. */
  tail(): string {
    try {
      const log = readFileSync(this.options.logFile).subarray(this.logStart).toString('utf8');
      return log.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
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
      // Whoever answers when it has ended is a stranger on its port.
      if ((await this.isReady()) && this.isRunning) return;
      await delay(POLL_MS);
    }
    const why = this.isRunning
      ? `is not ready after ${READY_TIMEOUT_MS / 1000} s (/readyz: ${this.lastAnswer || 'no answer'})`
      : 'ended while it started';
    throw new Error(`${this.options.name} ${why}; ${this.options.logFile} says:\n${this.tail()}`);
  }

  private async isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.options.address}/readyz`, { signal: AbortSignal.timeout(READY_ANSWER_MS) });
      this.lastAnswer = (await response.text()).slice(0, ANSWER_SHOWN);
      return response.ok;
    } catch {
      return false;
    }
  }
}
