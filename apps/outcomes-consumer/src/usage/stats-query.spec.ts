import { readStatsQuery } from './stats-query';
import { presentStats } from './stats-answer';

// The ids are those of the spec: outcomes.md §7.6.
const NOW = Date.UTC(2021, 2, 14, 12, 27, 28);
const HOUR_AGO = NOW - 3_600_000;
const base = { field: 'sum(quantity)', category: 'error' };
const read = (raw: Record<string, unknown>) => readStatsQuery({ ...base, ...raw }, NOW);
const rowOf = (value: number, bucketMs?: number) => ({
  bucketMs,
  outcome: 0,
  category: 1,
  reason: 'none',
  project: '2',
  quantity: value,
  timesSeen: value,
});

describe('readStatsQuery', () => {
  it('T80 a day in steps of a day', () => {
    const query = read({ interval: '1d', statsPeriod: '1d' });
    const day = Math.floor(HOUR_AGO / 86_400_000) * 86_400_000;
    expect(presentStats(query, [rowOf(6, day)])).toEqual({
      start: '2021-03-13T00:00:00Z',
      end: '2021-03-15T00:00:00Z',
      intervals: ['2021-03-13T00:00:00Z', '2021-03-14T00:00:00Z'],
      groups: [{ by: {}, totals: { 'sum(quantity)': 6 }, series: { 'sum(quantity)': [0, 6] } }],
    });
    expect(query.categories).toEqual([0, 1, 3]);
  });

  it('T81 a day in steps of six hours', () => {
    const step = 6 * 3_600_000;
    const answer = presentStats(read({ interval: '6h', statsPeriod: '1d' }), [
      rowOf(6, Math.floor(HOUR_AGO / step) * step),
    ]);
    expect([answer.intervals?.length, answer.intervals?.[0], answer.end]).toEqual([
      5,
      '2021-03-13T12:00:00Z',
      '2021-03-14T18:00:00Z',
    ]);
    expect(answer.groups[0]?.series?.['sum(quantity)']).toEqual([0, 0, 0, 6, 0]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['T83', { field: undefined }, 'At least one "field" is required.'],
    ['T83', { field: 'sum(x)' }, 'Invalid field: "sum(x)"'],
    ['T83', { groupBy: 'key_id' }, 'Invalid groupBy: "key_id"'],
    ['T83', { category: 'scoobydoo' }, 'Invalid category: "scoobydoo"'],
    ['T83', { outcome: 'scoobydoo' }, 'Invalid outcome: "scoobydoo"'],
    ['T84', { category: undefined }, 'Query must have category as groupby or filter'],
    ['T85', { category: ['error', 'attachment'] }, 'if filtering by attachment no other category may be present'],
    ['T86', { start: '2021-03-14T00:00:00Z' }, 'start and end are both required'],
    ['T90', { interval: '7h', statsPeriod: '1d' }, 'The interval should divide one day without a remainder'],
    ['T90', { interval: '2d', statsPeriod: '1d' }, 'The interval has to be at most one day'],
    ['T90', { interval: '30s', statsPeriod: '1h' }, 'multiple of the minimum interval'],
    ['T91', { interval: '1h', statsPeriod: '90d' }, 'too many points'],
    ['start after end', { start: '2021-03-14', end: '2021-03-13' }, 'start must be before end'],
    ['a key that is none', { key_id: 'x', statsPeriod: '1d' }, 'Invalid key: "x"'],
  ])('%s %j is refused', (_name, raw, message) => expect(() => read(raw)).toThrow(message));

  it('T87 by project there are no intervals and no series', () => {
    const answer = presentStats(read({ groupBy: 'project', statsPeriod: '1d' }), [rowOf(6)]);
    expect(answer.groups).toEqual([{ by: { project: 2 }, totals: { 'sum(quantity)': 6 } }]);
    expect(answer).not.toHaveProperty('intervals');
  });

  it('T89 spike_protection is stored under another name, and shown under its own', () => {
    const query = read({ reason: 'spike_protection', groupBy: ['reason'], statsPeriod: '1d' });
    expect(query.reasons).toEqual(['smart_rate_limit']);
    expect(presentStats(query, [{ ...rowOf(1), reason: 'smart_rate_limit' }]).groups[0]?.by).toEqual({
      reason: 'spike_protection',
    });
  });

  it('T92 a start in the future becomes now', () => {
    const query = read({ start: '2021-03-14T20:00:00Z', end: '2021-03-14T22:00:00Z' });
    expect(query.startMs).toBe(Date.UTC(2021, 2, 14, 12));
  });

  it('T93 without data: no groups, or one of zeros', () => {
    expect(presentStats(read({ groupBy: 'outcome', statsPeriod: '1d' }), []).groups).toEqual([]);
    expect(presentStats(read({ statsPeriod: '1d', interval: '1d' }), []).groups).toEqual([
      { by: {}, totals: { 'sum(quantity)': 0 }, series: { 'sum(quantity)': [0, 0] } },
    ]);
  });
});
