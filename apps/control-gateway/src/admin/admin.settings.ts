import { defineSettings, text } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link AdminSettings}. */
export const ADMIN_SETTINGS = Symbol('ADMIN_SETTINGS');

/** Who may use the admin API. */
export const adminSettings = defineSettings('Admin API', {
  adminToken: text({
    env: 'SWITCHYARD_ADMIN_TOKEN',
    isSecret: true,
    example: 'at least 32 random characters',
    description: 'Bearer token of the admin API.',
  }),
});

/** Values of {@link adminSettings}. */
export type AdminSettings = SettingsOf<typeof adminSettings>;
