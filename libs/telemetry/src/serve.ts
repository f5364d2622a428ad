import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import type { Logger } from './logger';

/** How long requests that are under way may take to end at shutdown. */
const DRAIN_LIMIT_MS = 15_000;

/**
 * Listens, and on SIGTERM or SIGINT stops in order: no new connections, requests under way end, then the modules close (in
 * their own order: what writes before what it writes to), then the process exits. A second signal ends it at once.
 */
export async function serve(
  app: INestApplication,
  address: { readonly listenHost: string; readonly listenPort: number },
  logger: Logger,
): Promise<void> {
  const server = app.getHttpServer() as Server;
  await app.listen(address.listenPort, address.listenHost);
  logger.info({ host: address.listenHost, port: address.listenPort }, 'app.started');

  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (isStopping) process.exit(1);
    isStopping = true;
    logger.info({ signal }, 'app.stopping');
    try {
      await stopListening(server);
      await app.close();
      logger.info({}, 'app.stopped');
    } catch (error) {
      logger.error({ error }, 'app.stop_failed');
      process.exitCode = 1;
    }
    logger.flush();
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('unhandledRejection', (error) => {
    logger.fatal({ error }, 'app.broken');
    logger.flush();
    process.exit(70);
  });
}

/** Resolves when the last request has been answered, or when waiting longer would help nobody. */
async function stopListening(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const limit = setTimeout(() => {
      server.closeAllConnections();
      resolve();
    }, DRAIN_LIMIT_MS);
    server.close(() => {
      clearTimeout(limit);
      resolve();
    });
    server.closeIdleConnections();
  });
}
