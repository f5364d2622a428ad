import { adminSettings } from '@switchyard/admin-api';
import { custom, defineSettings, integer, loadSettings, serviceSettings } from '@switchyard/config';
import type { Environment, SettingsGroup } from '@switchyard/config';
import { databaseSettings, encryptionSettings } from '@switchyard/database';
import { providerAppSettings } from '@switchyard/provider-apps';
import { appEventSettings } from '@switchyard/app-events';
import { queueSettings } from '@switchyard/queue';
import { transactionalOutboxSettings } from '@switchyard/transactional-outbox';
import { siloKeySettings } from '@switchyard/silo';
import { slackSettings } from '@switchyard/slack';
import { slackRequestSettings } from './slack-requests/slack-request.settings';
import { slackThreadSettings } from './slack-threads/slack-thread.settings';

const REGION_NAME = /^[a-z0-9-]{1,48}$/;

/** What is particular to a region silo. */
export const regionSiloSettings = defineSettings('Region silo', {
  regionName: custom({
    env: 'SWITCHYARD_REGION_NAME',
    accepted: 'up to 48 of a-z, 0-9 and `-`',
    example: 'us',
    description: 'Name of this region, as in the `SWITCHYARD_REGIONS` of control; requests for another are refused.',
    parse: matching(REGION_NAME),
  }),
  deliveryRecordRetentionDays: integer({
    env: 'SWITCHYARD_DELIVERY_RECORD_RETENTION_DAYS',
    default: '30',
    // The gateway gives up on a stored webhook after three days (spec: gateway.md §5.8), GitHub redelivers for as long.
    min: 4,
    max: 3650,
    description: 'Days for which a repeated delivery is recognised and shown to operators.',
  }),
});

/** Every settings group that this app reads. */
export const regionSettingsGroups = {
  service: serviceSettings(3010),
  database: databaseSettings,
  queue: queueSettings,
  transactionalOutbox: transactionalOutboxSettings,
  appEvents: appEventSettings,
  encryption: encryptionSettings,
  siloKeys: siloKeySettings,
  region: regionSiloSettings,
  admin: adminSettings,
  providerApps: providerAppSettings,
  slack: slackSettings,
  slackThreads: slackThreadSettings,
  slackRequests: slackRequestSettings,
} as const satisfies Record<string, SettingsGroup>;

/** The typed settings of a region silo. */
export type RegionSettings = ReturnType<typeof loadRegionSettings>;

/**
 * Reads the settings.
 *
 * @throws SettingsError that lists every problem
 */
export function loadRegionSettings(from?: Environment) {
  return loadSettings(regionSettingsGroups, from);
}

function matching(pattern: RegExp): (value: string) => string {
  return (value) => {
    if (!pattern.test(value)) throw new Error('it has another form');
    return value;
  };
}
