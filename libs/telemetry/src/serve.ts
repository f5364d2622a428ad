import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ConnectionEnds } from './connection-ends';
import type { Logger } from './logger';
import { ReadinessRegistry } from './readiness.registry';
import { shutDown } from './shut-down';
import { stopTracing } from './tracing';

/** Where to listen, and how to stop. */
export interface ServeSettings {
  readonly listenHost: string;
  readonly listenPort: number;
  readonly drainDelayMs: number;
  readonly shutdownLimitMs: number;
  readonly connectionsMax: number;
}

/** sysexits.h: an internal error. */
const EX_SOFTWARE = 70;
/** How long the last spans may take: a collector that is away must not hold up a rollout. */
const SPANS_LIMIT_MS = 2_000;

/**
 * Listens, and on SIGTERM or SIGINT stops in order ({@link shutDown}) and exits: with 0, unless something was cut off or somebody set
 * another code. A second signal ends the process at once.
 */
export async function serve(app: INestApplication, settings: ServeSettings, logger: Logger): Promise<void> {
  const server = app.getHttpServer() as Server;
  const connections = new ConnectionEnds(server);
  server.maxConnections = settings.connectionsMax;
  await app.listen(settings.listenPort, settings.listenHost);
  logger.info({ host: settings.listenHost, port: settings.listenPort }, 'app.started');

  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal, drain_delay_ms: settings.drainDelayMs }, 'app.stopping');
    try {
      const readiness = app.get(ReadinessRegistry, { strict: false });
      const { phasesMs, isCut } = await shutDown({ app, server, connections, readiness }, settings);
      if (isCut) process.exitCode = 1;
      logger[isCut ? 'warn' : 'info']({ phases_ms: phasesMs, is_cut: isCut }, 'app.stopped');
    } catch (error) {
      logger.error({ error }, 'app.stop_failed');
      process.exitCode = 1;
    }
    await stopTracing(SPANS_LIMIT_MS);
    logger.flush();
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (error) => {
    logger.fatal({ error }, 'app.broken');
    logger.flush();
    process.exit(EX_SOFTWARE);
  });
}
