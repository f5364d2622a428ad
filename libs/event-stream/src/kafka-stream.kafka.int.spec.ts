import { randomBytes, randomUUID } from 'node:crypto';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { environment } from '@switchyard/config';
import { missingCodecs, registerCodecs } from './drivers/kafka/codecs';
import type { EventStream } from './event-stream';
import { openEventStream } from './open-event-stream';
import { describeEventStream, until } from './testing';

const { TEST_KAFKA_BROKERS: brokers, TEST_KAFKA_SKIP: reason = 'TEST_KAFKA_BROKERS is not set' } = environment();

if (brokers === undefined) it.skip(`event stream on Kafka: skipped because ${reason}`, () => undefined);
else {
  const kafkaBrokers = brokers.split(',');
  const open = (): EventStream =>
    openEventStream({ kafkaBrokers, databaseUrl: 'postgres://unused', poolMax: 2, clientId: 'spec' });

  describeEventStream('Kafka', async () => {
    const stream = open();
    return { stream, close: () => stream.close() };
  });

  describe('Kafka itself', () => {
    const kafka = new Kafka({ brokers: kafkaBrokers, logLevel: logLevel.NOTHING });
    let admin: Admin;
    let stream: EventStream;
    beforeAll(async () => {
      stream = open();
      admin = kafka.admin();
      await admin.connect();
    });
    afterAll(async () => {
      await admin.disconnect();
      await stream.close();
    });

    const topicOf = async (compression: string): Promise<string> => {
      const topic = `spec-${randomUUID()}`;
      const configEntries = [
        { name: 'compression.type', value: compression },
        { name: 'max.message.bytes', value: '10000000' },
      ];
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
      return topic;
    };
    const readAll = async (topic: string, count: number): Promise<Buffer[]> => {
      const values: Buffer[] = [];
      const consumer = await stream.consume({
        group: `group-${topic}`,
        topics: [topic],
        concurrency: 1,
        onFailure: (why) => values.push(Buffer.from(why)),
        handler: async ({ records }) => {
          values.push(...records.map(({ value }) => value ?? Buffer.alloc(0)));
          return { kind: 'done', nextOffset: (records.at(-1)?.offset ?? 0n) + 1n };
        },
      });
      await until(() => values.length >= count);
      await consumer.stop();
      return values;
    };

    // The broker itself compresses: what comes back was written by Kafka's own code.
    it.each(['gzip', 'snappy', 'lz4', 'zstd'])('T73 reads batches that the broker wrote as %s', async (compression) => {
      const topic = await topicOf(compression);
      const values = Array.from({ length: 500 }, (_, number) => Buffer.from(`value ${number} `.repeat(20)));
      const random = randomBytes(100_000);
      await stream.publish(
        topic,
        [...values, random].map((value) => ({ key: 'k', value })),
      );
      expect(Buffer.concat(await readAll(topic, 501)).equals(Buffer.concat([...values, random]))).toBe(true);
    });

    it('T73 no codec is missing (a missing one refuses the start)', () => {
      registerCodecs();
      expect(missingCodecs()).toEqual([]);
    });

    it('T77 reads a record of 9 MB', async () => {
      const topic = await topicOf('producer');
      const value = randomBytes(9_000_000);
      await stream.publish(topic, [{ key: 'k', value }]);
      const [read] = await readAll(topic, 1);
      expect(read?.equals(value)).toBe(true);
    });

    it('T78 commits to the group about a second after the last batch', async () => {
      const topic = await topicOf('producer');
      await stream.publish(topic, [{ key: 'k', value: Buffer.from('x') }]);
      const group = `group-${topic}`;
      const consumer = await stream.consume({
        group,
        topics: [topic],
        concurrency: 1,
        onFailure: () => undefined,
        handler: async () => ({ kind: 'done', nextOffset: 1n }),
      });
      const committed = async () =>
        (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions[0]?.offset;
      await until(async () => (await committed()) === '1');
      await consumer.stop();
    });

    it('has idempotent producers and transactions for kafkajs', async () => {
      const topic = await topicOf('producer');
      const producer = kafka.producer({ idempotent: true, transactionalId: topic, maxInFlightRequests: 1 });
      await producer.connect();
      const messages = [{ key: 'k', value: 'kept' }];
      const aborted = await producer.transaction();
      await aborted.send({ topic, messages: [{ key: 'k', value: 'undone' }], compression: CompressionTypes.GZIP });
      await aborted.abort();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages });
      await transaction.commit();
      await producer.disconnect();
      expect((await readAll(topic, 1)).map(String)).toEqual(['kept']);
    });
  });
}
