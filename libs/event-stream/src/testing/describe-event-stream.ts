import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BatchHandler, EventStream, RecordBatch, RunningConsumer } from '../event-stream';

/** A driver under test. */
export interface EventStreamFixture {
  readonly stream: EventStream;
  close(): Promise<void>;
}

/** Resolves when the condition holds; the test's own time limit is the bound. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** Whatever a stream must do for us on every driver. */
export function describeEventStream(driver: string, open: () => Promise<EventStreamFixture>): void {
  describe(`event stream on ${driver}`, () => {
    let fixture: EventStreamFixture;
    let stream: EventStream;
    let topic = '';
    let consumers: RunningConsumer[] = [];

    beforeAll(async () => {
      fixture = await open();
      stream = fixture.stream;
    }, 60_000);
    afterAll(() => fixture.close());
    beforeEach(async () => {
      topic = `spec-${randomUUID()}`;
      await stream.ensureTopics([{ name: topic, partitions: 2 }]);
    });
    afterEach(async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      consumers = [];
    });

    const consume = async (handler: BatchHandler, group = `group-${topic}`): Promise<RunningConsumer> => {
      const onFailure = (): void => undefined;
      const consumer = await stream.consume({ group, topics: [topic], handler, concurrency: 2, onFailure });
      consumers.push(consumer);
      return consumer;
    };
    const done = ({ records }: RecordBatch) =>
      ({ kind: 'done', nextOffset: (records.at(-1)?.offset ?? -1n) + 1n }) as const;
    const numbered = (count: number) =>
      Array.from({ length: count }, (_, number) => ({ key: `k${number % 7}`, value: Buffer.from(String(number)) }));
    const textsOf = ({ records }: RecordBatch) => records.map(({ value }) => value?.toString() ?? 'null');

    it('delivers bytes, keys and headers as they were, in the order of each key', async () => {
      const bytes = Buffer.from([0, 255, 1]);
      await stream.publish(topic, [
        { key: 'a', value: bytes, headers: { namespace: 'spans' } },
        { key: 'a', value: null },
        { key: 'a', value: Buffer.alloc(0) },
      ]);
      const seen: RecordBatch['records'][number][] = [];
      await consume(async (batch) => {
        seen.push(...batch.records);
        return done(batch);
      });
      await until(() => seen.length === 3);
      expect(seen.map(({ value }) => value)).toEqual([bytes, null, Buffer.alloc(0)]);
      expect(seen[0]).toMatchObject({ key: Buffer.from('a'), headers: { namespace: 'spans' }, offset: 0n });
      expect(Math.abs((seen[0]?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it('gives again what was paused, and goes where it is told', async () => {
      await stream.publish(topic, numbered(50));
      const pausedOnce = new Set<number>();
      const soughtOnce = new Set<number>();
      const seen: string[] = [];
      await consume(async (batch) => {
        if (!pausedOnce.has(batch.partition)) {
          pausedOnce.add(batch.partition);
          return { kind: 'pause', forMs: 10 };
        }
        seen.push(...textsOf(batch));
        if (soughtOnce.has(batch.partition)) return done(batch);
        soughtOnce.add(batch.partition);
        return { kind: 'seek', offset: 0n };
      });
      await until(() => seen.length === 100);
      expect(new Set(seen).size).toBe(50);
    });

    it('shares partitions, and hands them over when a member leaves', async () => {
      const seen = [new Set<string>(), new Set<string>()];
      const members = await Promise.all(
        seen.map((texts) =>
          consume(async (batch) => {
            for (const text of textsOf(batch)) texts.add(text);
            return done(batch);
          }),
        ),
      );
      let published = 0;
      await until(async () => {
        await stream.publish(topic, numbered(100).slice(0, 20 + (published++ % 2)));
        return seen.every((texts) => texts.size > 0);
      });
      await members[0]?.stop();
      consumers = consumers.filter((each) => each !== members[0]);
      const late = Array.from({ length: 14 }, (_, number) => ({
        key: `k${number}`,
        value: Buffer.from(`late-${number}`),
      }));
      await stream.publish(topic, late);
      await until(() => late.every(({ value }) => seen[1]?.has(value.toString())));
    }, 60_000);

    it('lets a running handler finish when it stops, and goes on behind it', async () => {
      await stream.publish(topic, [{ key: 'a', value: Buffer.from('first') }]);
      let begin = (): void => undefined;
      let finish = (): void => undefined;
      const began = new Promise<void>((resolve) => (begin = resolve));
      const mayFinish = new Promise<void>((resolve) => (finish = resolve));
      const first = await consume(async (batch) => {
        begin();
        await mayFinish;
        return done(batch);
      });
      await began;
      const stopped = first.stop();
      consumers = [];
      finish();
      await stopped;
      await stream.publish(topic, [{ key: 'a', value: Buffer.from('second') }]);
      const seen: string[] = [];
      await consume(async (batch) => {
        seen.push(...textsOf(batch));
        return done(batch);
      });
      await until(() => seen.includes('second'));
      expect(seen).toEqual(['second']);
    }, 60_000);

    it.each(['a handler that throws a TypeError', 'a handler that gives up'])(
      'T75 reading ends, and says so, at %s',
      async (name) => {
        await stream.publish(topic, numbered(1));
        const reasons: string[] = [];
        const consumer = await stream.consume({
          group: `group-${topic}`,
          topics: [topic],
          concurrency: 1,
          onFailure: (reason) => reasons.push(reason),
          handler: async () => {
            if (name.includes('TypeError')) throw new TypeError('broken');
            return { kind: 'fail', reason: 'broken' };
          },
        });
        consumers.push(consumer);
        await until(() => reasons.length > 0);
        expect(reasons).toEqual(['broken']);
        expect(consumer.isJoined()).toBe(false);
      },
    );

    it('knows what a partition holds', async () => {
      await stream.publish(topic, numbered(30));
      const marks = await stream.watermarks(topic);
      expect(marks.map(({ low }) => low)).toEqual([0n, 0n]);
      expect(marks.reduce((sum, { high }) => sum + high, 0n)).toBe(30n);
      await stream.ping();
    });
  });
}
