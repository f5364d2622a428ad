import { serviceSettings } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { databaseSettings } from '@switchyard/database';
import { queueSettings } from '@switchyard/queue';

/** Everything that this app reads from its environment. */
export const appSettings = {
  service: serviceSettings(3020),
  database: databaseSettings,
  queue: queueSettings,
};

/** The loaded values of {@link appSettings}. */
export type AppSettings = { readonly [Name in keyof typeof appSettings]: SettingsOf<(typeof appSettings)[Name]> };
