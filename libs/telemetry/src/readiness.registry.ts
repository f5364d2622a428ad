import { Injectable } from '@nestjs/common';

/** Longer than any healthy dependency takes to answer, shorter than a probe's own limit. */
const CHECK_TIMEOUT_MS = 2_000;

/** The result of one check. */
export interface ReadinessResult {
  readonly name: string;
  readonly isReady: boolean;
  /** Why not; names the dependency's error code or class, never a connection string. */
  readonly reason?: string;
}

/** What the app needs before it can work; modules add their checks, /readyz asks them all. */
@Injectable()
export class ReadinessRegistry {
  private readonly checks = new Map<string, () => Promise<void>>();
  private isDraining = false;

  /** Adds a check; it passes when its promise resolves. A second one of the same name replaces the first. */
  add(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  /** From now on the app is not ready, whatever its checks say: it is about to stop. */
  startDraining(): void {
    this.isDraining = true;
  }

  /** Runs all checks side by side, each for two seconds at most. */
  async results(): Promise<readonly ReadinessResult[]> {
    if (this.isDraining) return [{ name: 'shutdown', isReady: false, reason: 'stopping' }];
    return Promise.all([...this.checks].map(([name, check]) => runCheck(name, check)));
  }
}

async function runCheck(name: string, check: () => Promise<void>): Promise<ReadinessResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return { name, isReady: true };
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    return { name, isReady: false, reason: typeof code === 'string' && code !== '' ? code : String(message) };
  } finally {
    clearTimeout(timer);
  }
}
