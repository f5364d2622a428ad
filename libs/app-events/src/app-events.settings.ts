import { defineSettings, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link AppEventSettings}. */
export const APP_EVENT_SETTINGS = Symbol('APP_EVENT_SETTINGS');

/** How apps are told of what happens here. */
export const appEventSettings = defineSettings('Events for apps', {
  notifierQueueUrl: url({
    env: 'SWITCHYARD_NOTIFIER_QUEUE_URL',
    optional: true,
    schemes: ['postgres', 'postgresql', 'redis', 'rediss'],
    example: 'redis://notifier-redis:6379',
    isSecret: true,
    description:
      "Redis, or else the database, where the notifier's queues are. Without it what happens waits here until there is one.",
  }),
});

/** Values of {@link appEventSettings}. */
export type AppEventSettings = SettingsOf<typeof appEventSettings>;
