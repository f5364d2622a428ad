import { custom, defineSettings, integer, list } from '@switchyard/config';

/** Where streams are. */
export const eventStreamSettings = defineSettings('Event streams', {
  kafkaBrokers: list({
    env: 'KAFKA_BROKERS',
    optional: true,
    example: 'kafka-1:9092,kafka-2:9092',
    description: "Kafka brokers; without them streams are kept in the app's PostgreSQL.",
  }),
  topicBrokers: custom({
    env: 'KAFKA_TOPIC_BROKERS',
    default: '',
    accepted: '`topic=broker+broker`, separated by commas',
    example: 'outcomes-billing=billing-kafka-1:9092+billing-kafka-2:9092',
    description: 'Topics that lie on another Kafka cluster than `KAFKA_BROKERS`, with the brokers of theirs.',
    parse: readTopicBrokers,
  }),
  sessionTimeoutMs: integer({
    env: 'KAFKA_SESSION_TIMEOUT_MS',
    default: '30000',
    min: 6_000,
    max: 300_000,
    description: 'After so long without a sign of life a consumer has lost its partitions to the others of its group.',
  }),
});

/** Brokers by topic. */
export function readTopicBrokers(value: string): ReadonlyMap<string, readonly string[]> {
  const parts = value.split(',').filter((part) => part.trim() !== '');
  return new Map(
    parts.map((part) => {
      const [, topic, brokers] = /^\s*([\w.-]{1,249})=([\w.-]+:\d{1,5}(?:\+[\w.-]+:\d{1,5})*)\s*$/.exec(part) ?? [];
      if (topic === undefined || brokers === undefined) throw new Error('a part has another form');
      return [topic, brokers.split('+')];
    }),
  );
}
