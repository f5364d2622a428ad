import { randomUUID } from 'node:crypto';
import { environment } from '@switchyard/config';
import { openEventStream } from '@switchyard/event-stream';
import type { EventStream, RunningConsumer } from '@switchyard/event-stream';
import { until } from '@switchyard/event-stream/testing';
import { mixedRecords } from '../testing/mixed-records';
import { startUsage } from '../testing/usage-kit';

const { TEST_KAFKA_BROKERS: brokers, TEST_KAFKA_SKIP: reason = 'TEST_KAFKA_BROKERS is not set' } = environment();

const RECORDS = 20_000;
const PARTITIONS = 4;
const REBALANCES = 3;

if (brokers === undefined) it.skip(`usage from Kafka equals the input: skipped because ${reason}`, () => undefined);
else
  it('T66 usage from Kafka equals the input exactly, through rebalances and rewinds', async () => {
    const kit = await startUsage();
    const stream = openEventStream({
      kafkaBrokers: brokers.split(','),
      databaseUrl: '',
      poolMax: 1,
      clientId: 'proof',
    });
    const topic = `proof-${randomUUID()}`;
    const { records, expected, faulty } = mixedRecords(RECORDS, 7);
    await stream.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
    const members: RunningConsumer[] = [await join(stream, topic, kit.processor({ chunkRecordsMax: 500 }))];
    const share = RECORDS / (REBALANCES + 1);
    for (let round = 0; round < REBALANCES; round++) {
      await publish(stream, topic, records.slice(round * share, (round + 1) * share));
      members.push(await join(stream, topic, kit.processor({ chunkRecordsMax: 300 })));
      await members.shift()?.stop();
      // An operator sends one partition back to its beginning, which is seen when its next record arrives.
      await kit.pool.query('UPDATE ingest_position SET next_offset = 0 WHERE partition_no = $1', [round]);
    }
    await publish(stream, topic, records.slice(REBALANCES * share));
    const read = 'SELECT sum(next_offset)::integer AS sum FROM ingest_position';
    await until(async () => (await kit.rows(read))[0]?.['sum'] === RECORDS);
    await Promise.all(members.map((member) => member.stop()));
    for (const table of ['outcome_hourly', 'outcome_daily', 'outcome_event']) {
      const sums = await kit.rows(
        `SELECT org_id || ':' || category AS key, sum(quantity)::integer AS sum FROM ${table} GROUP BY 1`,
      );
      expect(Object.fromEntries(sums.map(({ key, sum }) => [String(key), Number(sum)]))).toEqual(expected);
    }
    expect(await kit.rows('SELECT count(*)::integer AS count FROM dead_letter')).toEqual([{ count: faulty }]);
    await stream.close();
    await kit.close();
  }, 120_000);

async function join(
  stream: EventStream,
  topic: string,
  { process: handler }: { readonly process: Parameters<EventStream['consume']>[0]['handler'] },
): Promise<RunningConsumer> {
  const consumer = await stream.consume({
    group: `group-${topic}`,
    topics: [topic],
    handler,
    concurrency: 2,
    onFailure: () => undefined,
  });
  await until(() => consumer.isJoined());
  return consumer;
}

async function publish(
  stream: EventStream,
  topic: string,
  records: ReturnType<typeof mixedRecords>['records'],
): Promise<void> {
  for (let start = 0; start < records.length; start += 2_000)
    await stream.publish(topic, records.slice(start, start + 2_000));
}
