import { custom, defineSettings, integer, list, oneOf, serviceSettings, text } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';
import { adminSettings } from '@switchyard/admin-api';
import { databaseSettings } from '@switchyard/database';
import { eventStreamSettings } from '@switchyard/event-stream';
import { appEventSettings } from '@switchyard/app-events';
import { queueSettings } from '@switchyard/queue';
import { COUNTING_MODES } from './buckets/counting-mode';
import { TIMESTAMP_POLICIES } from './buckets/record-time';

/** What is particular to the outcomes consumer. */
export const outcomesSettings = defineSettings('Outcomes consumer', {
  group: text({
    env: 'SWITCHYARD_BILLING_CONSUMER_GROUP',
    default: 'billing-metrics-consumer',
    description: 'Consumer group; positions are kept under its name.',
  }),
  countingMode: oneOf({
    env: 'SWITCHYARD_COUNTING_MODE',
    default: 'v2024_08',
    words: COUNTING_MODES,
    description: 'Generation of the counting rule, for organizations without a cut-over of their own.',
  }),
  segmentOrganizations: list({
    env: 'SWITCHYARD_COUNTING_SEGMENT_ORGANIZATIONS',
    optional: true,
    example: '4507,4508',
    description: 'Organizations whose transactions mode `v2026_01` counts by segments.',
  }),
  timestampPolicy: oneOf({
    env: 'SWITCHYARD_OUTCOME_TIMESTAMP',
    default: 'broker',
    words: TIMESTAMP_POLICIES,
    description: 'Which time of a record decides the hour that it is booked in.',
  }),
  topicEpochs: custom({
    env: 'SWITCHYARD_TOPIC_EPOCHS',
    default: '',
    accepted: '`topic=number`, separated by commas',
    example: 'snuba-generic-metrics=2',
    description:
      'Raised by one when a topic was deleted and made again: its offsets start anew. 1 where nothing is said.',
    parse: readEpochs,
  }),
  topicPartitions: integer({
    env: 'SWITCHYARD_TOPIC_PARTITIONS',
    default: '4',
    min: 1,
    max: 1024,
    description: 'Partitions of topics that this app has to make.',
  }),
  chunkRecordsMax: integer({
    env: 'SWITCHYARD_USAGE_CHUNK_RECORDS',
    default: '8000',
    min: 1,
    max: 20_000,
    description: 'Records per transaction at most.',
  }),
  concurrency: integer({
    env: 'SWITCHYARD_USAGE_CONCURRENCY',
    default: '4',
    min: 1,
    max: 64,
    description: 'Partitions that are worked on at once; half the pool of the database at most.',
  }),
  deadLettersPerThousand: integer({
    env: 'SWITCHYARD_DEAD_LETTERS_PER_THOUSAND',
    default: '10',
    min: 0,
    max: 1000,
    description: 'Faulty records among the last 10 000 of a partition, in a thousand, above which the consumer stops.',
  }),
  deadLettersInRow: integer({
    env: 'SWITCHYARD_DEAD_LETTERS_IN_ROW',
    default: '100',
    min: 0,
    max: 100_000,
    description: 'Faulty records one after another above which the consumer stops.',
  }),
  gapPolicy: oneOf({
    env: 'SWITCHYARD_GAP_POLICY',
    default: 'stop',
    words: ['stop', 'continue'],
    description: 'What to do when records expired before they were read.',
  }),
  outboxHigh: integer({
    env: 'SWITCHYARD_OUTBOX_HIGH',
    default: '1000000',
    min: 1000,
    max: 100_000_000,
    description: 'Unpublished outcomes above which reading waits; it goes on below half of them.',
  }),
  ledgerRetentionDays: integer({
    env: 'SWITCHYARD_LEDGER_RETENTION_DAYS',
    default: '30',
    min: 2,
    max: 3650,
    description: 'Days for which single outcomes are kept, and with them the protection against replays.',
  }),
  hourlyRetentionDays: integer({
    env: 'SWITCHYARD_HOURLY_RETENTION_DAYS',
    default: '90',
    min: 31,
    max: 3650,
    description: 'Days for which hourly usage is kept.',
  }),
  dailyRetentionMonths: integer({
    env: 'SWITCHYARD_DAILY_RETENTION_MONTHS',
    default: '13',
    min: 2,
    max: 240,
    description: 'Months for which daily usage is kept.',
  }),
});

/** Everything that this app reads from its environment. */
export const appSettings = {
  service: serviceSettings(3030),
  admin: adminSettings,
  database: databaseSettings,
  queue: queueSettings,
  appEvents: appEventSettings,
  stream: eventStreamSettings,
  outcomes: outcomesSettings,
};

/** The loaded values of {@link appSettings}. */
export type AppSettings = { readonly [Name in keyof typeof appSettings]: SettingsOf<(typeof appSettings)[Name]> };

/** The loaded values of {@link outcomesSettings}. */
export type OutcomesSettings = AppSettings['outcomes'];

function readEpochs(value: string): ReadonlyMap<string, number> {
  const pairs = value.split(',').filter((part) => part.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [, topic, epoch] = /^\s*([\w.-]{1,249})=(\d{1,6})\s*$/.exec(pair) ?? [];
      if (topic === undefined) throw new Error('a part has another form');
      return [topic, Number(epoch)];
    }),
  );
}
