import { defineSettings, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link OutcomePublishingSettings}. */
export const OUTCOME_PUBLISHING = Symbol('OUTCOME_PUBLISHING');

/** Where an app's own outcomes go. */
export const outcomePublishingSettings = defineSettings('Outcomes of this app', {
  outcomesDatabaseUrl: url({
    env: 'SWITCHYARD_OUTCOMES_DATABASE_URL',
    optional: true,
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://user:password@db/outcomes',
    isSecret: true,
    description:
      "Database of the outcomes consumer, which holds the streams where there is no Kafka. Without it, and without KAFKA_BROKERS, this app's outcomes are not counted.",
  }),
});

/** Values of {@link outcomePublishingSettings}. */
export type OutcomePublishingSettings = SettingsOf<typeof outcomePublishingSettings>;
