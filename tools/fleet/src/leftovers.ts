import { isRunning, stopProcess } from '@switchyard/services';
import { readDescription } from './fleet-description';

/**
 * Stops the apps of a run that was killed together with its guardian: they would go on working on the same databases and
 * keep their ports.
 *
 * Only a process whose start time is known counts, because its number may have gone to a stranger.
 */
export async function stopLeftovers(dataDir: string, report: (line: string) => void): Promise<void> {
  const processes = readDescription(dataDir)?.processes ?? [];
  await Promise.all(
    processes.map(async ({ name, pid, startTime }) => {
      if (startTime === undefined || !isRunning({ pid, startTime })) return;
      report(`${name}: left by a run that was killed, stopping it`);
      await stopProcess({ pid, startTime }, 'SIGTERM');
    }),
  );
}
