import { metricsRegistry } from '@switchyard/telemetry';
import { DATA_CATEGORIES, categoryId, categoryOfId, parseDataCategory, unitOf } from './data-category';
import { nameUuid } from './name-uuid';
import { isBilled, OUTCOME_IDS, OUTCOMES, parseOutcome } from './outcome';
import { outcomeBody } from './outcome-message';
import { trackOutcome } from './track-outcome';
import type { OutcomeInput } from './track-outcome';

// The ids are those of the spec: outcomes.md §7.3.
const NOW = Date.UTC(2024, 7, 12, 18, 55, 12);
const input: OutcomeInput = { orgId: 1, projectId: 2, keyId: null, outcome: 'accepted', category: 'transaction' };

const track = (changes: Partial<OutcomeInput> | Record<string, unknown> = {}) =>
  trackOutcome({ ...input, ...changes } as OutcomeInput, NOW);
const tracked = (changes: Partial<OutcomeInput> = {}) => {
  const result = track(changes);
  if (result.kind !== 'tracked') throw new Error('nothing was tracked');
  return result;
};
const valueOf = async (name: string): Promise<number> => {
  const metric = await metricsRegistry.getSingleMetric(name)?.get();
  return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? 0;
};

beforeEach(() => metricsRegistry.resetMetrics());

describe('trackOutcome', () => {
  it('filtered goes to the outcomes topic', () => expect(tracked({ outcome: 'filtered' }).topic).toBe('outcomes'));

  it('T47 accepted goes to the billing topic', () => expect(tracked().topic).toBe('outcomes-billing'));

  it('T49 only accepted and rate_limited are billed', () => {
    expect(OUTCOMES.filter(isBilled)).toEqual(['accepted', 'rate_limited']);
    expect(OUTCOMES).toHaveLength(7);
  });

  it('T50 outcome names are read in any case, unknown ones are refused', () => {
    expect(['rate_limited', 'RATE_LIMITED'].map((text) => OUTCOME_IDS[parseOutcome(text)])).toEqual([2, 2]);
    expect(() => parseOutcome('nope')).toThrow('Invalid outcome: "nope"');
  });

  it('T51 a timestamp is written in UTC with six digits', () => {
    const { tracked: outcome } = tracked({ timestamp: new Date('2024-08-12T20:55:11.204+02:00') });
    expect(outcomeBody(outcome)).toContain('"timestamp":"2024-08-12T18:55:11.204000Z"');
  });

  it('without a timestamp it happened now', () => expect(tracked().tracked.timestampMs).toBe(NOW));

  it.each([
    ['outcome 0', { outcome: 0 }],
    ['category 2', { category: 2 }],
    ['org as text', { orgId: '1' }],
    ['quantity 1.5', { quantity: 1.5 }],
    ['project true', { projectId: true }],
    ['key above 2^53-1', { keyId: 2 ** 53 }],
    ['an invalid date', { timestamp: new Date(Number.NaN) }],
  ])('T53 %s is refused, and no metric moves', async (_name, changes) => {
    expect(() => track(changes)).toThrow(expect.objectContaining({ code: 'SWY_OUTCOME_INVALID' }));
    expect(await valueOf('switchyard_outcomes_total')).toBe(0);
  });

  it('T54 quantity 0 is not published, but counted', async () => {
    expect(track({ quantity: 0 })).toEqual({ kind: 'nothing' });
    expect(await valueOf('switchyard_outcomes_zero_quantity_total')).toBe(1);
    expect(await valueOf('switchyard_outcomes_total')).toBe(0);
  });

  it('T55 a negative quantity is refused (corrected: the reference publishes it)', () => {
    expect(() => track({ quantity: -1 })).toThrow(expect.objectContaining({ code: 'SWY_OUTCOME_INVALID' }));
  });

  it('T56 the body is compact, with nine keys in order', () => {
    expect(outcomeBody(tracked({ timestamp: new Date(NOW), quantity: 17 }).tracked)).toBe(
      '{"timestamp":"2024-08-12T18:55:12.000000Z","org_id":1,"project_id":2,"key_id":null,"outcome":0,"reason":null,"event_id":null,"category":2,"quantity":17}',
    );
  });

  it('T57 one call counts one message and its quantity', async () => {
    track({ quantity: 17 });
    expect(await valueOf('switchyard_outcomes_total')).toBe(1);
    expect(await valueOf('switchyard_outcome_quantity_total')).toBe(17);
    expect(await metricsRegistry.getSingleMetricAsString('switchyard_outcomes_total')).toContain(
      'category="transaction"',
    );
  });

  it('without category and quantity: null and one', () => {
    const { tracked: outcome } = tracked({ category: null });
    expect(JSON.parse(outcomeBody(outcome))).toMatchObject({ category: null, quantity: 1 });
  });

  it('T59 25 hours late is counted as late and still published', async () => {
    expect(track({ timestamp: new Date(NOW - 25 * 3_600_000) }).kind).toBe('tracked');
    expect(await valueOf('switchyard_outcomes_late_total')).toBe(1);
  });

  it('shortens a long reason and leaves out an event id that is no UUID', () => {
    const { tracked: outcome } = tracked({ reason: 'x'.repeat(300), eventId: 'nonsense' });
    expect([outcome.reason?.length, outcome.eventId]).toEqual([200, null]);
    expect(tracked({ eventId: '0123456789abcdef0123456789abcdef' }).tracked.eventId).toHaveLength(32);
  });
});

describe('data categories', () => {
  it('have the numbers of the wire', () => {
    expect(
      ['error', 'transaction', 'profile', 'span', 'metric_second', 'profile_ui'].map((name) =>
        categoryId(name as never),
      ),
    ).toEqual([1, 2, 6, 12, 19, 36]);
    expect(DATA_CATEGORIES).toHaveLength(40);
    expect([categoryOfId(36), categoryOfId(37), categoryOfId(200), categoryOfId(202)]).toEqual([
      'profile_ui',
      undefined,
      'webhook',
      'app_webhook',
    ]);
  });

  it('are read exactly', () => {
    expect([parseDataCategory('Error'), parseDataCategory('user_report_v2'), unitOf('attachment')]).toEqual([
      undefined,
      'feedback',
      'bytes',
    ]);
  });
});

it('nameUuid is a version 5 UUID that repeats itself', () => {
  expect(nameUuid('a')).toBe(nameUuid('a'));
  expect(nameUuid('a')).not.toBe(nameUuid('b'));
  expect(nameUuid('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
