import { bucketRecord } from '../testing/bucket-records';
import { batchOf, bucketReading, startUsage } from '../testing/usage-kit';
import type { UsageKit } from '../testing/usage-kit';
import { replayDeadLetters } from './replay-dead-letters';

// The id is that of the spec: outcomes.md §7.5.
let kit: UsageKit;
beforeAll(async () => {
  kit = await startUsage();
});
afterAll(() => kit.close());

it('T79 dead letters of a mended decoder count once, with the id that they would have had', async () => {
  const batch = batchOf([bucketRecord({ value: '4' }), Buffer.from('{')]);
  const broken = kit.processor({ read: () => ({ kind: 'dead', code: 'decode_error', detail: 'a bug of ours' }) });
  await broken.process(batch);
  expect(await kit.usage()).toEqual({});
  const replay = () => replayDeadLetters(kit.pool, 'default/buckets#1', bucketReading, 'an operator');
  expect(await replay()).toEqual({ resolved: 1, stillFaulty: 1 });
  expect(await replay()).toEqual({ resolved: 0, stillFaulty: 1 });
  // A rewind meets the same outcome again, and finds it by its id.
  await kit.pool.query('UPDATE ingest_position SET next_offset = 0');
  await kit.processor().process(batch);
  expect(await kit.usage()).toEqual({ 2: 4 });
  expect(await kit.rows('SELECT author, action FROM usage_audit')).toHaveLength(2);
});
