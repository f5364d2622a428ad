import type { EventStream } from './event-stream';
import { readTopicBrokers } from './event-stream.settings';
import { RoutedStream } from './routed-stream';

describe(RoutedStream.name, () => {
  const setUp = () => {
    const calls: string[] = [];
    const stopped: string[] = [];
    const open = (cluster: string): EventStream => {
      calls.push(`open ${cluster}`);
      return {
        kind: 'kafka',
        ensureTopics: (topics) =>
          Promise.resolve(void calls.push(`${cluster} has ${topics.map(({ name }) => name).join()}`)),
        publish: (topic) => Promise.resolve(void calls.push(`${cluster} got ${topic}`)),
        consume: ({ topics }) => {
          calls.push(`${cluster} reads ${topics.join()}`);
          return Promise.resolve({
            isJoined: () => cluster === 'b',
            stop: () => Promise.resolve(void stopped.push(cluster)),
          });
        },
        watermarks: () => Promise.resolve([]),
        ping: () => Promise.resolve(),
        close: () => Promise.resolve(void stopped.push(`${cluster} closed`)),
      };
    };
    const stream = new RoutedStream('kafka', open, (topic) => (topic === 'outcomes-billing' ? 'b' : 'a'));
    return { calls, stopped, stream };
  };

  it('T48: what is billed goes to its own cluster, and the other one is not even opened', async () => {
    const { calls, stream } = setUp();
    await stream.publish('outcomes-billing', []);
    await stream.publish('outcomes-billing', []);
    expect(calls).toEqual(['open b', 'b got outcomes-billing', 'b got outcomes-billing']);
  });

  it('reads topics of several clusters as one consumer, and stops and closes all of them', async () => {
    const { calls, stopped, stream } = setUp();
    await stream.ensureTopics([
      { name: 'outcomes', partitions: 1 },
      { name: 'outcomes-billing', partitions: 1 },
    ]);
    const handler = () => Promise.reject(new Error('not called'));
    const topics = ['outcomes', 'outcomes-billing'];
    const consumer = await stream.consume({ group: 'g', topics, handler, concurrency: 1, onFailure: () => undefined });
    expect(calls).toEqual([
      'open a',
      'a has outcomes',
      'open b',
      'b has outcomes-billing',
      'a reads outcomes',
      'b reads outcomes-billing',
    ]);
    expect(consumer.isJoined()).toBe(false);
    await consumer.stop();
    await stream.close();
    expect(stopped).toEqual(['a', 'b', 'a closed', 'b closed']);
  });
});

describe('KAFKA_TOPIC_BROKERS', () => {
  it('names brokers by topic', () => {
    expect([...readTopicBrokers('outcomes-billing=k1:9092+k2:9092, outcomes=k3:9092')]).toEqual([
      ['outcomes-billing', ['k1:9092', 'k2:9092']],
      ['outcomes', ['k3:9092']],
    ]);
    expect(readTopicBrokers('').size).toBe(0);
  });

  it.each(['x', 'topic=', '=k:1', 'topic=k:1;k:2', 'topic=k'])('refuses %s', (text) => {
    expect(() => readTopicBrokers(text)).toThrow('a part has another form');
  });
});
