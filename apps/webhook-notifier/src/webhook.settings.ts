import { boolean, custom, defineSettings, integer, list, oneOf, text, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link WebhookSettings}. */
export const WEBHOOK_SETTINGS = Symbol('WEBHOOK_SETTINGS');

const SCHEDULE = '5,300,1800,7200,18000,36000,36000';

/** How webhooks are sent to apps, and when an app is disabled (spec: outgoing-webhooks.md appendix A). */
export const webhookSettings = defineSettings('Webhooks to apps', {
  isStrictBaseline: boolean({
    env: 'WEBHOOKS_STRICT_BASELINE',
    default: 'false',
    description: 'Whether the quirks of the reference are brought back, for comparison.',
  }),
  connectTimeoutMs: integer({
    env: 'WEBHOOKS_CONNECT_TIMEOUT_MS',
    default: '1000',
    min: 10,
    max: 60_000,
    description: 'Time limit for looking up a name, and for connecting.',
  }),
  firstByteTimeoutMs: integer({
    env: 'WEBHOOKS_FIRST_BYTE_TIMEOUT_MS',
    default: '1000',
    min: 10,
    max: 60_000,
    description: 'Time limit from the request to the first byte of the answer.',
  }),
  totalTimeoutMs: integer({
    env: 'WEBHOOKS_TOTAL_TIMEOUT_MS',
    default: '5000',
    min: 10,
    max: 120_000,
    description: 'Time limit of a whole attempt.',
  }),
  keepIdleMs: integer({
    env: 'WEBHOOKS_KEEP_IDLE_MS',
    default: '2000',
    min: 0,
    max: 60_000,
    description:
      'How long a connection to an app may wait for its next request; less than servers allow. 0: each request has its own.',
  }),
  maxResponseBytes: integer({
    env: 'WEBHOOKS_MAX_RESPONSE_BYTES',
    default: '65536',
    min: 0,
    max: 16_777_216,
    description: 'Bytes of an answer that are read; then the connection is closed.',
  }),
  headerPrefix: text({
    env: 'WEBHOOKS_HEADER_PREFIX',
    default: 'Sentry',
    description: 'Begin of the names of our headers: `Sentry` makes `Sentry-Hook-Resource`.',
  }),
  isAsciiBody: boolean({
    env: 'WEBHOOKS_ASCII_BODY',
    default: 'true',
    description:
      'Whether bodies have no other than ASCII characters, for receivers that serialize again what they got.',
  }),
  allowsHttp: boolean({
    env: 'WEBHOOKS_ALLOW_HTTP',
    default: 'false',
    description: 'Whether http: addresses are accepted too, and all ports.',
  }),
  allowedIps: list({
    env: 'WEBHOOKS_ALLOWED_IPS',
    default: '',
    example: '10.1.2.3/32',
    description: 'Address ranges that apps may have although they are internal ones.',
  }),
  disallowedIps: list({
    env: 'WEBHOOKS_DISALLOWED_IPS',
    default: '',
    example: '203.0.113.0/24',
    description: 'Further address ranges that apps may not have.',
  }),
  retryScheduleSeconds: custom({
    env: 'WEBHOOKS_RETRY_SCHEDULE_S',
    default: SCHEDULE,
    description: 'Seconds before the second, third, … attempt; up to a fifth is added.',
    accepted: 'up to 20 whole numbers from 0 to 86400, separated by commas',
    example: SCHEDULE,
    parse: parseSchedule,
  }),
  concurrency: integer({
    env: 'WEBHOOKS_CONCURRENCY',
    default: '200',
    min: 1,
    max: 5_000,
    description: 'Requests to apps under way at once in one process.',
  }),
  concurrencyPerApp: integer({
    env: 'WEBHOOKS_CONCURRENCY_PER_APP',
    default: '5',
    min: 1,
    max: 1_000,
    description: 'Requests to one app under way at once in one process, so that a slow one takes no place from others.',
  }),
  sweepIntervalMs: integer({
    env: 'WEBHOOKS_SWEEP_INTERVAL_MS',
    default: '5000',
    min: 50,
    max: 60_000,
    description: 'How often due deliveries are looked for that no hint announced.',
  }),
  retentionDays: integer({
    env: 'WEBHOOKS_RETENTION_DAYS',
    default: '30',
    min: 1,
    max: 365,
    description: 'How long deliveries that have ended are kept, for replay.',
  }),
  brokenRangeDays: integer({
    env: 'WEBHOOKS_BROKEN_RANGE_DAYS',
    default: '7',
    min: 1,
    max: 7,
    description: 'Days in a row with errors and no success after which an internal app is disabled.',
  }),
  brokenTimeoutThreshold: integer({
    env: 'WEBHOOKS_BROKEN_TIMEOUT_THRESHOLD',
    default: '1000',
    min: 1,
    max: 1_000_000_000,
    description: 'Timeouts in a day after which an internal app is disabled.',
  }),
  timeoutRuleMinPercent: integer({
    env: 'WEBHOOKS_TIMEOUT_RULE_MIN_PERCENT',
    default: '50',
    min: 0,
    max: 100,
    description: 'The timeouts must be at least this share of the attempts of their day.',
  }),
  disableMode: oneOf({
    words: ['enforce', 'observe', 'off'],
    env: 'WEBHOOKS_DISABLE_MODE',
    default: 'enforce',
    description: 'Whether broken apps are disabled; `observe` only says which would be.',
  }),
  mailDedupSeconds: integer({
    env: 'WEBHOOKS_MAIL_DEDUP_S',
    default: '86400',
    min: 0,
    max: 31_536_000,
    description: 'An owner gets at most one mail per reason and app in this time.',
  }),
  publicUrl: url({
    env: 'WEBHOOKS_PUBLIC_URL',
    optional: true,
    schemes: ['http', 'https'],
    example: 'https://notifier.example.com',
    description:
      'Where mail readers reach this app, for unsubscribing with one click; without it warnings cannot be switched off.',
  }),
  usageLink: text({
    env: 'WEBHOOKS_USAGE_LINK',
    default: 'http://127.0.0.1:3030/',
    description: 'Where owners see their usage; for mails about quotas.',
  }),
  linkBase: text({
    env: 'WEBHOOKS_LINK_BASE',
    default: 'http://127.0.0.1:3020/admin/api/apps/',
    description: 'Begin of the links in mails to owners; the slug of the app follows.',
  }),
});

/** Values of {@link webhookSettings}. */
export type WebhookSettings = SettingsOf<typeof webhookSettings>;

function parseSchedule(value: string): readonly number[] {
  const seconds = value.split(',').map((part) => Number(part.trim()));
  const isUsable =
    seconds.length <= 20 && seconds.every((part) => Number.isInteger(part) && part >= 0 && part <= 86_400);
  if (!isUsable) throw new Error('up to 20 whole numbers from 0 to 86400 are accepted');
  return seconds;
}
