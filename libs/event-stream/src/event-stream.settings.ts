import { defineSettings, list } from '@switchyard/config';

/** Where streams are. */
export const eventStreamSettings = defineSettings('Event streams', {
  kafkaBrokers: list({
    env: 'KAFKA_BROKERS',
    optional: true,
    example: 'kafka-1:9092,kafka-2:9092',
    description: "Kafka brokers; without them streams are kept in the app's PostgreSQL.",
  }),
});
