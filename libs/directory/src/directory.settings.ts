import { defineSettings, integer } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** How much of the directory a process remembers. */
export const directorySettings = defineSettings('Directory', {
  cacheEntries: integer({
    env: 'SWITCHYARD_DIRECTORY_CACHE_ENTRIES',
    default: '10000',
    min: 1,
    max: 1_000_000,
    description: 'Integrations, found or not, that a process remembers; the least recently used one goes first.',
  }),
});

/** Values of {@link directorySettings}. */
export type DirectorySettings = SettingsOf<typeof directorySettings>;
