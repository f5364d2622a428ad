import { seededRandom } from '@switchyard/primitives';
import { OutboxRelay } from '../notices/outbox-relay';
import { bucketRecord, customRecord, HAS_PROFILE, spanRecord } from '../testing/bucket-records';
import { batchOf, doneTo, NOW, outcomeReading, startUsage } from '../testing/usage-kit';
import type { UsageKit } from '../testing/usage-kit';

// The ids are those of the spec: outcomes.md §7.4 and §7.5.
let kit: UsageKit;
beforeAll(async () => {
  kit = await startUsage();
});
afterAll(() => kit.close());
beforeEach(() => kit.reset());

const transactions = (count: number) => Array.from({ length: count }, () => bucketRecord({ value: '1' }));
const positions = () => kit.rows('SELECT next_offset FROM ingest_position');
const bad = Buffer.from('{');

describe('exactly once', () => {
  it('T60 a kill between the transaction and the commit of the stream counts nothing twice', async () => {
    const batch = batchOf(transactions(5));
    await kit.processor().process(batch);
    expect(await kit.processor().process(batch)).toEqual({ kind: 'seek', offset: 5n });
    expect(await kit.usage()).toEqual({ 2: 5 });
  });

  it('T61 a kill before the transaction commits leaves nothing, and the batch counts once afterwards', async () => {
    await kit.pool.query('ALTER TABLE outcome_daily RENAME TO outcome_away');
    const failed = await kit.processor().process(batchOf(transactions(5)));
    await kit.pool.query('ALTER TABLE outcome_away RENAME TO outcome_daily');
    expect(failed.kind).toBe('fail');
    expect([await kit.usage(), await positions()]).toEqual([{}, [{ next_offset: '0' }]]);
    expect(await kit.processor().process(batchOf(transactions(5)))).toEqual(doneTo(5n));
    expect(await kit.usage()).toEqual({ 2: 5 });
  });

  it('T62 a kill between publishing and marking publishes the same id twice, and the sink counts it once', async () => {
    await kit.stream.ensureTopics([{ name: 'outcomes-billing', partitions: 1 }]);
    await kit.processor().process(batchOf([bucketRecord({ value: '7' })]));
    const relay = new OutboxRelay(kit.pool, kit.stream, (topic) => topic);
    expect(await relay.publish()).toBe(1);
    await kit.pool.query('UPDATE outcome_outbox SET published_at = NULL');
    expect(await relay.publish()).toBe(1);
    expect(await relay.publish()).toBe(0);
    const messages = await kit.rows('SELECT headers, value FROM stream_record ORDER BY record_offset');
    expect(messages).toHaveLength(2);
    expect(messages[0]).toEqual(messages[1]);
    const records = messages.map(({ headers, value }, index) => ({
      ...batchOf([value as Buffer], BigInt(index)).records[0]!,
      headers: JSON.parse(String(headers)) as Record<string, string>,
    }));
    const sink = kit.processor({ read: outcomeReading });
    await sink.process(batchOf([], 0n, { topic: 'outcomes-billing', records }));
    expect(await kit.usage()).toEqual({ 2: 7 });
  });

  it('T63 an operator who resets the offsets of the group changes nothing', async () => {
    const processor = kit.processor();
    await processor.process(batchOf(transactions(250)));
    expect(await processor.process(batchOf(transactions(250)))).toEqual({ kind: 'seek', offset: 250n });
    await kit.pool.query('UPDATE ingest_position SET next_offset = 0');
    expect(await processor.process(batchOf(transactions(250)))).toEqual(doneTo(250n));
    expect(await kit.usage()).toEqual({ 2: 250 });
  });

  it('T65 the same outcome twice in one batch counts once', async () => {
    const body = Buffer.from(
      '{"timestamp":"2024-08-12T18:55:11.000000Z","org_id":1,"project_id":2,"outcome":0,"category":2,"quantity":3}',
    );
    const headers = { outcome_id: '5b1d0f2a-6c0e-4f0e-a3b1-9f5d8a7c2e41' };
    const records = batchOf([body, body]).records.map((record) => ({ ...record, headers }));
    await kit.processor({ read: outcomeReading }).process(batchOf([], 0n, { records }));
    expect(await kit.usage()).toEqual({ 2: 3 });
  });

  it('T66 random kills, zombies and rewinds: totals equal the input', async () => {
    const random = seededRandom(66);
    const count = 3_000;
    const records = Array.from({ length: count }, (_, index) => spanRecord(String(1 + (index % 9))));
    let position = 0n;
    for (let round = 0; position < count; round++) {
      const start = position > 200n && random.next() < 0.3 ? position - 150n : position;
      const batch = () => batchOf(records.slice(Number(start), Number(start) + 200), start);
      const dies = random.next() < 0.4;
      const dying = kit.processor({
        read: () => {
          throw new Error('connection timeout');
        },
      });
      if (dies) {
        expect((await dying.process(batch())).kind).not.toBe('done');
        continue;
      }
      const results = await Promise.all([kit.processor().process(batch()), kit.processor().process(batch())]);
      const [row] = await positions();
      position = BigInt(String(row?.['next_offset']));
      expect(results.some(({ kind }) => kind !== 'fail')).toBe(true);
      expect(round).toBeLessThan(500);
    }
    const expected = records.reduce((sum, _record, index) => sum + 1 + (index % 9), 0);
    expect(await kit.usage()).toEqual({ 12: expected });
  });

  it('T69 writers of the same rollup rows in random order never deadlock, and lose nothing', async () => {
    const writers = Array.from({ length: 4 }, (_, partition) => {
      const random = seededRandom(partition);
      const records = Array.from({ length: 1_000 }, () => bucketRecord({ projectId: Math.floor(random.next() * 200) }));
      return kit.processor().process(batchOf(records, 0n, { partition }));
    });
    expect((await Promise.all(writers)).map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done']);
    expect(await kit.usage()).toEqual({ 2: 4_000 });
    expect(await kit.rows('SELECT sum(quantity)::integer AS sum FROM outcome_daily')).toEqual([{ sum: 4_000 }]);
  });
});

describe('faulty records', () => {
  it('T71 one of a thousand becomes a dead letter with its bytes and its place', async () => {
    const records = [...transactions(500), bad, ...transactions(499)];
    expect(await kit.processor().process(batchOf(records))).toEqual(doneTo(1_000n));
    expect(await kit.usage()).toEqual({ 2: 999 });
    expect(await kit.rows('SELECT record_offset, error_code, value FROM dead_letter')).toEqual([
      { record_offset: '500', error_code: 'decode_error', value: bad },
    ]);
  });

  it('T72 a hundred and one in a row stop the consumer, and nothing of their chunk is kept', async () => {
    const records = [...transactions(100), ...Array.from({ length: 101 }, () => bad)];
    const result = await kit.processor({ chunkRecordsMax: 150 }).process(batchOf(records));
    expect(result).toMatchObject({ kind: 'fail', reason: expect.stringContaining('consecutive') as unknown });
    expect(await positions()).toEqual([{ next_offset: '150' }]);
    expect(await kit.rows('SELECT count(*)::integer AS count FROM dead_letter')).toEqual([{ count: 50 }]);
  });

  it('T74 records that expired before they were read stop the consumer, or are skipped by policy', async () => {
    await kit.processor().process(batchOf(transactions(5)));
    const later = batchOf(transactions(5), 8n);
    const processor = kit.processor();
    expect(await processor.process(later)).toEqual({ kind: 'seek', offset: 5n });
    expect(await processor.process(later)).toMatchObject({
      kind: 'fail',
      reason: expect.stringContaining('offset_gap') as unknown,
    });
    const lenient = kit.processor({ gapPolicy: 'continue' });
    expect((await lenient.process(later)).kind).toBe('seek');
    expect(await lenient.process(later)).toEqual(doneTo(13n));
    expect(await kit.usage()).toEqual({ 2: 10 });
  });

  it('T75 a bug ends the process and counts nothing', async () => {
    const read = (): never => {
      throw new TypeError('a bug');
    };
    expect(await kit.processor({ read }).process(batchOf(transactions(1)))).toMatchObject({ kind: 'fail' });
    expect(kit.bugs).toHaveLength(1);
  });

  it('T26, T5, V9 records that count nothing move the position', async () => {
    const records = [null, bucketRecord({ value: '0.0' }), bucketRecord({ value: 'null' }), customRecord()];
    expect(await kit.processor().process(batchOf(records))).toEqual(doneTo(4n));
    expect([await kit.usage(), await kit.rows('SELECT * FROM dead_letter')]).toEqual([{}, []]);
  });
});

describe('outcomes of other senders', () => {
  const sink = (message: Record<string, unknown>) =>
    kit
      .processor({ read: outcomeReading })
      .process(batchOf([Buffer.from(JSON.stringify({ timestamp: '2024-08-12T18:55:11Z', ...message }))]));

  it('T98 what is missing is stored as category 1, quantity 1, reason none, key 0', async () => {
    await sink({ org_id: 1, project_id: 2, outcome: 0 });
    expect(await kit.rows('SELECT category, quantity, reason, key_id FROM outcome_hourly')).toEqual([
      { category: 1, quantity: '1', reason: 'none', key_id: '0' },
    ]);
  });

  it('T99 a client discard keeps known reasons only', async () => {
    await sink({ org_id: 1, project_id: 2, outcome: 5, reason: 'my_reason' });
    expect(await kit.rows('SELECT reason FROM outcome_hourly')).toEqual([{ reason: 'none' }]);
  });

  it.each([
    { outcome: 0 },
    { org_id: 1, outcome: 300 },
    { org_id: 1, outcome: 0, quantity: -1 },
    { org_id: 1, outcome: 0, event_id: 'x' },
  ])('keeps %j as a dead letter', async (message) => {
    await sink(message);
    expect(await kit.rows('SELECT error_code FROM dead_letter')).toEqual([{ error_code: 'schema_error' }]);
  });
});

it('profiles and transactions of one record are booked together, in the hour of the broker', async () => {
  await kit.processor().process(batchOf([bucketRecord({ value: '17.0', tags: { [HAS_PROFILE]: 'true' } })]));
  expect(await kit.usage()).toEqual({ 2: 17, 6: 17 });
  const [row] = await kit.rows('SELECT DISTINCT bucket FROM outcome_hourly');
  expect(row?.['bucket']).toEqual(new Date(NOW - (NOW % 3_600_000)));
});

it('tells the notifier of 80 and 100 percent of a quota, once per window', async () => {
  await kit.pool.query(
    `INSERT INTO quota (id, org_id, categories, limit_quantity, window_seconds, reason_code) VALUES ('q', 1, '{2}', 100, 3600, 'over')`,
  );
  const processor = kit.processor();
  for (const [index, value] of ['79', '1', '5', '100'].entries())
    await processor.process(batchOf([bucketRecord({ value })], BigInt(index)));
  expect(
    (await kit.rows(`SELECT data->>'threshold_percent' AS percent FROM notice ORDER BY id`)).map(
      ({ percent }) => percent,
    ),
  ).toEqual(['80', '100']);
  expect(await kit.rows('SELECT quantity FROM quota_usage')).toEqual([{ quantity: '185' }]);
});
