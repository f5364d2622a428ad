import { adminSettings } from '@switchyard/admin-api';
import { openIdSettings } from '@switchyard/admin-pages';
import { serviceSettings } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { databaseSettings, encryptionSettings } from '@switchyard/database';
import { directorySettings } from '@switchyard/directory';
import { eventStreamSettings } from '@switchyard/event-stream';
import { outboxSettings } from '@switchyard/outbox';
import { outcomePublishingSettings } from '@switchyard/outcomes';
import { providerAppSettings } from '@switchyard/provider-apps';
import { queueSettings } from '@switchyard/queue';
import { regionClientSettings, regionSettings, siloKeySettings } from '@switchyard/silo';
import { slackSettings } from '@switchyard/slack';
import { appEventSettings } from '@switchyard/app-events';
import { transactionalOutboxSettings } from '@switchyard/transactional-outbox';
import { gatewaySettings } from './gateway.settings';
import { productSessionSettings } from './slack-pages/product-session.settings';

/** Everything that this app reads from its environment. */
export const appSettings = {
  service: serviceSettings(3000),
  gateway: gatewaySettings,
  providerApps: providerAppSettings,
  regions: regionSettings,
  regionClient: regionClientSettings,
  siloKeys: siloKeySettings,
  database: databaseSettings,
  encryption: encryptionSettings,
  queue: queueSettings,
  directory: directorySettings,
  outbox: outboxSettings,
  transactionalOutbox: transactionalOutboxSettings,
  appEvents: appEventSettings,
  slack: slackSettings,
  productSession: productSessionSettings,
  stream: eventStreamSettings,
  outcomes: outcomePublishingSettings,
  admin: adminSettings,
  openId: openIdSettings,
};

/** The loaded values of {@link appSettings}. */
export type AppSettings = { readonly [Name in keyof typeof appSettings]: SettingsOf<(typeof appSettings)[Name]> };
