import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/primitives';
import { startPostgres } from '@switchyard/services';
import { isExternalDatabase } from './databases';

/** What a fleet keeps in its folder. Nothing else there is ours to remove. */
const OWN_ENTRIES = ['postgres', 'logs', 'secrets.json', 'fleet.json'];

/**
 * Forgets an earlier run. The database is taken over and stopped first, so that one which a killed run left behind, or which
 * somebody is starting right now, does not lose its files under way.
 */
export async function reset(dataDir: string): Promise<void> {
  if (isExternalDatabase()) {
    throw new Error(
      '--reset does not touch the server of DATABASE_URL: drop its databases switchyard_* yourself, or unset DATABASE_URL.',
    );
  }
  const folder = join(dataDir, 'postgres');
  if (existsSync(folder)) await stopDatabase(folder);
  for (const entry of OWN_ENTRIES) rmSync(join(dataDir, entry), { recursive: true, force: true });
}

async function stopDatabase(folder: string): Promise<void> {
  try {
    const server = await startPostgres({ persistent: true, dataDir: folder });
    await server.stop();
  } catch (error) {
    // One that cannot start any more is what a reset is for.
    if (!(error instanceof SwitchyardError && error.code === 'SWY_SERVICES_POSTGRES_START')) throw error;
  }
}
