import { startUsage } from '../testing/usage-kit';
import type { UsageKit } from '../testing/usage-kit';
import { UsageCounters } from './usage-counters';

// The ids are those of the spec: outcomes.md §7.6.
let kit: UsageKit;
beforeAll(async () => {
  kit = await startUsage();
});
afterAll(() => kit.close());
beforeEach(() => kit.reset());

const HOUR = Date.UTC(2024, 7, 12, 18);
const span = { startMs: HOUR, endMs: HOUR + 3_600_000 };
const book = (category: number, outcome: number, quantity: number, reason = 'none') =>
  kit.pool.query('INSERT INTO outcome_hourly VALUES (1, $1, $2, $3, 2, 0, $4, $5, 1)', [
    new Date(HOUR),
    category,
    outcome,
    reason,
    quantity,
  ]);
const sum = async (name: string, key: number) =>
  (await new UsageCounters(kit.pool).sums(1, name, [key, 99], span)).get(key);

describe('UsageCounters', () => {
  it('T95 received is accepted, filtered and rate limited', async () => {
    for (const [outcome, quantity] of [
      [0, 3],
      [1, 2],
      [2, 1],
      [5, 9],
    ] as const)
      await book(1, outcome, quantity);
    expect(await sum('organization_total_received', 1)).toBe(6);
    expect(await sum('project_total_rejected', 2)).toBe(1);
    expect(await sum('project_total_received', 99)).toBe(0);
  });

  it('T96 by reason', async () => {
    await book(1, 1, 4, 'localhost');
    await book(1, 1, 5, 'cors');
    expect(await sum('project_total_received_localhost', 2)).toBe(4);
  });

  it('T97 transactions are not received errors', async () => {
    await book(2, 0, 100);
    expect(await sum('organization_total_received', 1)).toBe(0);
  });

  it('tells counts step by step, zero where there are none, up to and with the step of the end', async () => {
    await book(1, 0, 7);
    const counters = new UsageCounters(kit.pool);
    const two = { startMs: HOUR - 3_600_000, endMs: HOUR + 5_000 };
    const series = await counters.range(1, 'project_total_received', [2, 99], two, { stepSeconds: 3_600 });
    const [before, at] = [HOUR / 1000 - 3_600, HOUR / 1000];
    expect([...series]).toEqual([
      [
        2,
        [
          [before, 0],
          [at, 7],
        ],
      ],
      [
        99,
        [
          [before, 0],
          [at, 0],
        ],
      ],
    ]);
    const hidden = await counters.range(1, 'organization_total_received', [1], span, {
      stepSeconds: 3_600,
      projects: [3],
    });
    expect(hidden.get(1)?.[0]).toEqual([at, 0]);
  });

  it('an hour is asked of the ledger in steps of ten seconds, a week by the hour, more by the day', async () => {
    const counters = new UsageCounters(kit.pool);
    const points = async (hours: number) =>
      (
        await counters.range(1, 'organization_total_received', [1], { startMs: HOUR, endMs: HOUR + hours * 3_600_000 })
      ).get(1)?.length;
    expect([await points(1), await points(168), await points(169)]).toEqual([361, 169, 8]);
  });
});
