import { bucketRecord, customRecord, HAS_PROFILE, spanRecord } from '../testing/bucket-records';
import { countUsage } from './count-usage';
import { COUNTING_RULES } from './counting-mode';
import type { CountingMode } from './counting-mode';
import { isCustomMetric } from './custom-metric';
import { decodeBucket } from './decode-bucket';
import { TRANSACTION_DURATION } from './metric-ids';
import { recordTime } from './record-time';

/** What counting says of a record, in a form that fits on one line: `transaction 3, profile 3`. */
function outcomesOf(
  record: Uint8Array | null,
  mode: CountingMode = 'v2024_08',
  segmentOrgs = new Set<number>(),
): string {
  const decoded = decodeBucket(record);
  if (decoded.kind === 'tombstone') return 'tombstone';
  if (decoded.kind === 'faulty') return decoded.fault;
  const counted = countUsage(decoded.bucket, { rule: COUNTING_RULES[mode], segmentOrgs });
  if (counted.kind === 'faulty') return counted.fault;
  if (counted.kind === 'skipped') return counted.reason;
  if (counted.kind === 'ignored') return 'nothing';
  const parts = counted.quantities.map(({ category, quantity }) => `${category} ${quantity}`);
  const notes = [...decoded.bucket.lenient, ...counted.notes].map((note) => `(${note})`);
  return [...(parts.length > 0 ? parts : ['nothing']), ...notes].join(', ');
}

const profile = (value: unknown = 'true') => ({ tags: { [HAS_PROFILE]: value } });
const transaction = (value: string, parts = {}) => bucketRecord({ value, ...parts });
const tagged = (value: string, name: string, text = 'true') =>
  spanRecord(value, { tags: { '9000': text }, meta: { d: { '9000': name } } });

// The ids are those of the spec: outcomes.md §7.1.
describe('decoding and counting', () => {
  it.each<[string, Uint8Array | null, string]>([
    ['T1 transaction usage', transaction('3.0'), 'transaction 3'],
    ['T2 with a profile, in this order', transaction('1.0', profile()), 'transaction 1, profile 1'],
    ['T3 span usage of the wrong type', spanRecord('65.0', { type: 'd' }), 'span 65'],
    ['T5 zero', transaction('0.0'), 'nothing'],
    ['T6 zero with a profile', transaction('0.0', profile()), 'nothing'],
    ['T7 a fraction is cut off', transaction('3.99'), 'transaction 3'],
    ['T8 a negative value is noted', transaction('-5'), 'nothing, (negative_value)'],
    ['T9 a list is no quantity', transaction('[1,2,3]'), 'unexpected_value_type'],
    ['V9 null is no quantity', transaction('null'), 'unexpected_value_type'],
    ['T11 text is refused (corrected: the reference counts 12)', transaction('"12"'), 'schema_error'],
    ['T12 true is refused (corrected: the reference counts 1)', transaction('true'), 'schema_error'],
    ['T13 an id 37 below is another metric', bucketRecord({ metricId: '9223372036854775908', value: '5' }), 'nothing'],
    ['T14 the id above is another metric', bucketRecord({ metricId: '9223372036854776227', value: '5' }), 'nothing'],
    ['T15 the double of them all', bucketRecord({ metricId: '9223372036854775808', value: '5' }), 'nothing'],
    ['T17 durations', bucketRecord({ metricId: TRANSACTION_DURATION, value: '[1.0,2.0,3.0]' }), 'nothing'],
    ...['True', 'false', '', '1'].map((tag): [string, Uint8Array, string] => [
      `T18 has_profile ${JSON.stringify(tag)}`,
      transaction('2', profile(tag)),
      'transaction 2',
    ]),
    ['T19 the next tag id', transaction('2', { tags: { '9223372036854776069': 'true' } }), 'transaction 2'],
    ['T20 any project', transaction('1', { projectId: 999, ...profile() }), 'transaction 1, profile 1'],
    ['T21 the use case is not asked', transaction('1', { useCase: 'custom' }), 'transaction 1'],
    ['T23 a number beyond a double', transaction('1e400'), 'decode_error'],
    ['T24 empty', Buffer.alloc(0), 'decode_error'],
    ['T24 invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'decode_error'],
    ['T24 byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), transaction('1')]), 'decode_error'],
    ['T24 NaN', transaction('NaN'), 'decode_error'],
    ...['null', '[1]', '7'].map((text): [string, Uint8Array, string] => [
      `T25 the document ${text}`,
      Buffer.from(text),
      'schema_error',
    ]),
    ['T26 no value at all', null, 'tombstone'],
    ['T27 no tags', transaction('4', { tags: undefined }), 'transaction 4, (tags)'],
    [
      'T29 no organization on a metric that is not counted',
      customRecord(undefined, { orgId: undefined }),
      'schema_error',
    ],
    ['V4 no metric', bucketRecord({ metricId: undefined }), 'schema_error'],
    ['V4 a fraction for a metric', bucketRecord({ metricId: '1.5' }), 'schema_error'],
    ['V5 text for a metric', bucketRecord({ metricId: '"9223372036854775945"' }), 'schema_error'],
    ['V7 an organization above 2^53-1', bucketRecord({ orgId: 2 ** 53 }), 'schema_error'],
    ['V8 no value', bucketRecord({ value: undefined }), 'schema_error'],
    ['V12 a huge value', transaction('1e300'), 'quantity_out_of_range'],
    ['V12 just too large', transaction('9007199254740993'), 'quantity_out_of_range'],
    ['V14 no mapping', transaction('2', { meta: undefined }), 'transaction 2, (mapping_meta)'],
    ['V16 an integer for a tag value', transaction('2', profile(7)), 'transaction 2, (tag_value)'],
  ])('%s', (_name, record, expected) => expect(outcomesOf(record)).toBe(expected));

  it('T30 mode v2024_12 counts no profiles', () => {
    expect(outcomesOf(transaction('1.0', profile()), 'v2024_12')).toBe('transaction 1');
  });

  it('T31 mode v2026_02 counts segments', () => {
    expect(outcomesOf(tagged('7', 'is_segment'), 'v2026_02')).toBe('span 7, transaction 7');
    expect(outcomesOf(transaction('7'), 'v2026_02')).toBe('nothing');
  });

  it('mode v2026_01 counts segments of listed organizations only', () => {
    const listed = new Set([1]);
    expect(outcomesOf(tagged('7', 'is_segment'), 'v2026_01')).toBe('span 7');
    expect(outcomesOf(tagged('7', 'is_segment'), 'v2026_01', listed)).toBe('span 7, transaction 7');
    expect(outcomesOf(transaction('7'), 'v2026_01', listed)).toBe('nothing');
  });

  it('T32 mode v2022_11 counts durations', () => {
    const durations = bucketRecord({ metricId: TRANSACTION_DURATION, value: '[1,2]' });
    expect([outcomesOf(durations, 'v2022_11'), outcomesOf(transaction('2'), 'v2022_11')]).toEqual([
      'transaction 2',
      'nothing',
    ]);
  });

  it('T33 mode v2026_06 leaves out what has been accepted already', () => {
    expect(outcomesOf(tagged('7', 'billing_outcome_accepted'), 'v2026_06')).toBe('already_accepted');
  });

  it('finds the metric id whatever surrounds it', () => {
    const record = (metric: string) =>
      Buffer.from(`{"org_id":1,"project_id":2,"value":3,"tags":{},"mapping_meta":{},${metric}}`);
    const id = '9223372036854775945';
    expect(outcomesOf(record(`"metric_id" : ${id} `))).toBe('transaction 3');
    expect(outcomesOf(record(`"x":"\\"metric_id\\":5,","metric_id":${id}`))).toBe('transaction 3');
    expect(outcomesOf(record(`"x":{"metric_id":5},"metric_id":${id}`))).toBe('transaction 3');
    expect(outcomesOf(record(`"metric_id":9223372036854775946,"\\u006detric_id":${id}`))).not.toBe('transaction 3');
  });

  it('survives deep nesting and a prototype for a key', () => {
    expect(outcomesOf(Buffer.from('['.repeat(200_000)))).toBe('decode_error');
    expect(outcomesOf(Buffer.from(`{"__proto__":{"metric_id":1,"org_id":1,"project_id":1}}`))).toBe('schema_error');
  });
});

// §7.2, as far as no store is needed.
describe('isCustomMetric', () => {
  const isCustom = (name: string): boolean => {
    const decoded = decodeBucket(customRecord(name));
    return decoded.kind === 'bucket' && isCustomMetric(decoded.bucket);
  };

  it.each([
    ['T38 d:custom/page/load@ms', true],
    ['T39 c:custom/user_click', false],
    ['T39 c:Custom/x@none', false],
    ['e:custom/x@none', true],
    ['c:custom2/x@none', false],
    [':custom/x@none', false],
    ['d:transactions/measurements.foo@none', false],
  ])('%s: %s', (name, expected) => expect(isCustom(name.replace(/^T\d+ /, ''))).toBe(expected));
});

describe('recordTime', () => {
  const time = (policy: 'broker' | 'received' | 'bucket', brokerMs: number) => {
    const decoded = decodeBucket(bucketRecord());
    if (decoded.kind !== 'bucket') throw new Error('not a bucket');
    return recordTime(decoded.bucket, brokerMs, { policy, futureToleranceMs: 300_000 });
  };

  it('follows the policy, and the broker where a record is from the future', () => {
    expect(time('broker', 5)).toEqual({ occurredAtMs: 5, isClamped: false });
    expect(time('received', 1_723_488_912_000).occurredAtMs).toBe(1_723_488_911_204);
    expect(time('bucket', 1_723_488_912_000).occurredAtMs).toBe(1_723_488_900_000);
    expect(time('bucket', 1_723_488_500_000)).toEqual({ occurredAtMs: 1_723_488_500_000, isClamped: true });
  });
});
