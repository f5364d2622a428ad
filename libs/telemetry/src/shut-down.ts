/*
 * How a process leaves without anybody noticing.
 *
 *   drain     /readyz says 503 so that balancers look elsewhere; what still comes is answered, each answer ends its connection
 *   requests  no new connections; requests under way are answered
 *   intake    (onModuleDestroy) nothing new is begun: workers, drains and sweepers finish what they have and give claims back
 *   work      (beforeApplicationShutdown) consumers commit their offsets and leave their groups
 *   server    the HTTP server closes
 *   pools     (onApplicationShutdown) queues and connections to databases are closed
 */
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { systemClock } from '@switchyard/primitives';
import type { ConnectionEnds } from './connection-ends';
import type { ReadinessRegistry } from './readiness.registry';

/** What is shut down. */
export interface Shutdown {
  readonly app: Pick<INestApplication, 'close'>;
  readonly server: Server;
  readonly connections: Pick<ConnectionEnds, 'endWithAnswers'>;
  readonly readiness: Pick<ReadinessRegistry, 'startDraining'>;
}

/** How it went. */
export interface ShutdownReport {
  readonly phasesMs: Readonly<Record<string, number>>;
  /** Whether a limit ended something that was under way. */
  readonly isCut: boolean;
}

/** For answers whose head had left before we were asked to stop. */
const IDLE_CHECK_MS = 100;

/** Nest's hooks, by its own names, and what we call them. */
const HOOKS = {
  callDestroyHook: 'intake',
  callBeforeShutdownHook: 'work',
  dispose: 'server',
  callShutdownHook: 'pools',
};

/** Carries the phases out, one after the other; each of requests and the rest has `shutdownLimitMs`. */
export async function shutDown(
  { app, server, connections, readiness }: Shutdown,
  { drainDelayMs, shutdownLimitMs }: { readonly drainDelayMs: number; readonly shutdownLimitMs: number },
): Promise<ShutdownReport> {
  const phasesMs: Record<string, number> = {};
  const timed = async <Result>(phase: string, work: () => Promise<Result>): Promise<Result> => {
    const began = systemClock.monotonic();
    try {
      return await work();
    } finally {
      phasesMs[phase] = Math.round(systemClock.monotonic() - began);
    }
  };
  timeHooks(app, timed);
  await timed('drain', async () => {
    readiness.startDraining();
    connections.endWithAnswers();
    await delay(drainDelayMs);
  });
  const areAnswered = await timed('requests', () => stopListening(server, shutdownLimitMs));
  const isClosed = await within(app.close(), shutdownLimitMs);
  return { phasesMs, isCut: !areAnswered || !isClosed };
}

type Timed = <Result>(phase: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Nest tells nobody when one kind of hook ends and the next begins; a version that names them otherwise is just not timed. What Nest's
 * factory returns is a proxy that forgets assignments and calls itself, hence the definition and the prototype.
 */
function timeHooks(app: object, timed: Timed): void {
  const prototype = Object.getPrototypeOf(app) as Record<string, ((...args: unknown[]) => Promise<void>) | undefined>;
  for (const [name, phase] of Object.entries(HOOKS)) {
    const hook = prototype[name];
    if (hook === undefined) continue;
    const value = function (this: unknown, ...args: unknown[]): Promise<void> {
      return timed(phase, async () => hook.apply(this, args));
    };
    Object.defineProperty(app, name, { value, configurable: true });
  }
}

/** Resolves to true when the last request has been answered, to false when waiting longer would help nobody. */
async function stopListening(server: Server, limitMs: number): Promise<boolean> {
  if (!server.listening) return true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // What was kept alive and is not used, now and later; requests under way end their connections themselves.
  server.closeIdleConnections();
  const timer = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  const isDone = await within(closed, limitMs);
  clearInterval(timer);
  if (!isDone) server.closeAllConnections();
  return isDone;
}

async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), limitMs)));
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}
