import { adminSettings } from '@switchyard/admin-api';
import { openIdSettings } from '@switchyard/admin-pages';
import { serviceSettings } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { databaseSettings, encryptionSettings } from '@switchyard/database';
import { emailSettings } from '@switchyard/email';
import { eventStreamSettings } from '@switchyard/event-stream';
import { outcomePublishingSettings } from '@switchyard/outcomes';
import { queueSettings } from '@switchyard/queue';
import { transactionalOutboxSettings } from '@switchyard/transactional-outbox';
import { webhookSettings } from './webhook.settings';

/** Everything that this app reads from its environment. */
export const appSettings = {
  service: serviceSettings(3020),
  admin: adminSettings,
  openId: openIdSettings,
  database: databaseSettings,
  encryption: encryptionSettings,
  queue: queueSettings,
  transactionalOutbox: transactionalOutboxSettings,
  webhooks: webhookSettings,
  email: emailSettings,
  stream: eventStreamSettings,
  outcomes: outcomePublishingSettings,
};

/** The loaded values of {@link appSettings}. */
export type AppSettings = { readonly [Name in keyof typeof appSettings]: SettingsOf<(typeof appSettings)[Name]> };
