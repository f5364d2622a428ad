import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes the data folder if it is missing.
 *
 * @throws Error that says what to do when it cannot be used
 */
export function makeDataFolder(dataDir: string): void {
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    accessSync(dataDir, constants.W_OK);
    accessSync(join(dataDir, 'logs'), constants.W_OK);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(
      `The data folder ${dataDir} cannot be written (${why}): make it yours, or name another one with --data-dir.`,
    );
  }
}
