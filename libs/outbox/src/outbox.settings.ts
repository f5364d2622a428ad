import { boolean, defineSettings, integer, json, list } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { z } from 'zod';

/** DI token of the {@link OutboxSettings}. */
export const OUTBOX_SETTINGS = Symbol('OUTBOX_SETTINGS');

/** How webhooks are stored and delivered. */
export const outboxSettings = defineSettings('Stored delivery', {
  isDeliveryEnabled: boolean({
    env: 'SWITCHYARD_DELIVERY_ENABLED',
    default: 'true',
    description: 'Whether this process delivers stored webhooks; all processes store them.',
  }),
  sweepIntervalMs: integer({
    env: 'SWITCHYARD_DELIVERY_SWEEP_INTERVAL_MS',
    default: '2000',
    min: 50,
    max: 60_000,
    description: 'How often the sweeper looks for due mailboxes that no hint announced.',
  }),
  drainsMax: integer({
    env: 'SWITCHYARD_DELIVERY_DRAINS_MAX',
    default: '32',
    min: 1,
    max: 1024,
    description: 'Mailboxes that this process drains at once.',
  }),
  drainsPerRegionMax: integer({
    env: 'SWITCHYARD_DELIVERY_DRAINS_PER_REGION_MAX',
    default: '16',
    min: 1,
    max: 1024,
    description:
      'Mailboxes of one region that this process drains at once, so that a slow region leaves room for others.',
  }),
  firstAttemptPercent: integer({
    env: 'SWITCHYARD_DELIVERY_FIRST_ATTEMPT_PERCENT',
    default: '25',
    min: 0,
    max: 90,
    description:
      'Share of the drains, in all and of each region, that is kept for mailboxes that do not come from a backoff, so that a storm of retries delays no fresh webhook.',
  }),
  skipOnFailure: list({
    env: 'SWITCHYARD_DELIVERY_SKIP_ON_FAILURE',
    default: '',
    example: 'github,gitlab',
    description:
      'Providers whose order may give way: a webhook that has to be tried again is set aside, and the ones behind it go on. All others are strict.',
  }),
  batchRows: integer({
    env: 'SWITCHYARD_DELIVERY_BATCH_ROWS',
    default: '50',
    min: 1,
    max: 300,
    description: 'Stored webhooks that a drain takes with one statement.',
  }),
  isBatchTransferEnabled: boolean({
    env: 'SWITCHYARD_DELIVERY_BATCH_TRANSFER',
    default: 'true',
    description:
      'Whether stored webhooks of a mailbox go together in one request to regions that take that; others get them one by one in any case.',
  }),
  timeoutMs: integer({
    env: 'SWITCHYARD_DELIVERY_TIMEOUT_MS',
    default: '12000',
    min: 100,
    max: 120_000,
    description: 'Time limit of one delivery attempt, from connecting to the end of the answer.',
  }),
  claimMs: integer({
    env: 'SWITCHYARD_DELIVERY_CLAIM_MS',
    default: '30000',
    min: 500,
    max: 600_000,
    description:
      'How long a claim on a mailbox lasts without renewal; after a crash its mailboxes wait so long. Must exceed SWITCHYARD_DELIVERY_TIMEOUT_MS.',
  }),
  backoffMs: integer({
    env: 'SWITCHYARD_DELIVERY_BACKOFF_MS',
    default: '180000',
    min: 10,
    max: 3_600_000,
    description: 'Base of the delay after a failed attempt; it grows by 1.4 with each attempt, up to an hour.',
  }),
  attemptsMax: integer({
    env: 'SWITCHYARD_DELIVERY_ATTEMPTS_MAX',
    default: '10',
    min: 1,
    max: 100,
    description: 'Attempts after which a stored webhook becomes a dead letter.',
  }),
  ageMaxMs: integer({
    env: 'SWITCHYARD_DELIVERY_AGE_MAX_MS',
    default: '259200000',
    min: 1000,
    max: 2_592_000_000,
    description: 'Age after which a stored webhook becomes a dead letter, unless its provider sets a shorter one.',
  }),
  retentionDays: integer({
    env: 'SWITCHYARD_DELIVERY_RETENTION_DAYS',
    default: '7',
    min: 0,
    max: 365,
    description: 'How long records of deliveries and dead letters are kept.',
  }),
  duplicateWindowSeconds: integer({
    env: 'SWITCHYARD_INGEST_DUPLICATE_WINDOW_S',
    default: '3600',
    min: 0,
    max: 604_800,
    description:
      'For how long a webhook that the provider sends again (same delivery id, same bytes) is acknowledged and not stored again; 0 stores every one.',
  }),
  storedBytesMax: integer({
    env: 'SWITCHYARD_INGEST_STORED_BYTES_MAX',
    default: '1073741824',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description:
      'Bytes of bodies that may wait for one integration, over all its regions; then its webhooks are answered 429. 0: no limit.',
  }),
  payloadDays: json({
    env: 'SWITCHYARD_DELIVERY_PAYLOAD_DAYS',
    default: '{}',
    description:
      'For how many days what was delivered to a region is kept, sealed, so that it can be replayed; regions that are not named keep nothing.',
    accepted: 'JSON object: days (0 to 365) by name of the region',
    example: '{"us":3}',
    check: (value) => z.record(z.string().regex(/^[a-z0-9-]{1,48}$/), z.int().min(0).max(365)).parse(value),
  }),
  waitingMax: integer({
    env: 'SWITCHYARD_INGEST_WAITING_MAX',
    default: '5000',
    min: 1,
    max: 100_000,
    description: 'Requests that may wait for their commit in one process; further ones are answered 503.',
  }),
});

/** Values of {@link outboxSettings}. */
export type OutboxSettings = SettingsOf<typeof outboxSettings>;

/** Regions of which payloads are kept after delivery. */
export const regionsWithPayload = ({ payloadDays }: OutboxSettings): readonly string[] =>
  Object.keys(payloadDays).filter((region) => (payloadDays[region] ?? 0) > 0);
