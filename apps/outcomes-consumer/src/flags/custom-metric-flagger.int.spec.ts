import { silentLogger } from '@switchyard/telemetry';
import { startUsage } from '../testing/usage-kit';
import type { UsageKit } from '../testing/usage-kit';
import { CustomMetricFlagger } from './custom-metric-flagger';
import { FlagCache } from './flag-cache';

// The ids are those of the spec: outcomes.md §7.2.
let kit: UsageKit;
beforeAll(async () => {
  kit = await startUsage();
});
afterAll(() => kit.close());
beforeEach(async () => {
  await kit.reset();
  await kit.pool.query(`INSERT INTO project (id, org_id, slug) VALUES (2, 1, 'two'), (5, 5, 'five')`);
});

const WEEK_MS = 604_800_000;
const flagger = () => {
  const cache = new FlagCache({ ttlMs: WEEK_MS, missingTtlMs: 300_000, entriesMax: 10 }, kit.clock);
  return new CustomMetricFlagger(kit.pool, cache, kit.clock, silentLogger);
};
const project = { orgId: 1, projectId: 2 };
const flags = async () => (await kit.rows('SELECT flags FROM project WHERE id = 2'))[0]?.['flags'];
const notices = async () => (await kit.rows('SELECT data FROM notice')).length;

describe('CustomMetricFlagger', () => {
  it('T35 sets the flag and tells once; the next time asks no database', async () => {
    const one = flagger();
    expect(await one.flag([project])).toEqual(['set']);
    expect([await flags(), await notices()]).toEqual([String(10 | 65_536), 1]);
    await kit.pool.query('DELETE FROM project');
    expect(await one.flag([project])).toEqual(['known']);
  });

  it('T36 after the entry has expired: no second notice, and the entry is made again', async () => {
    const one = flagger();
    await one.flag([project]);
    kit.clock.advance(WEEK_MS);
    expect(await one.flag([project])).toEqual(['already_set']);
    expect(await one.flag([project])).toEqual(['known']);
    expect(await notices()).toBe(1);
  });

  it('T37 a project that does not exist is forgotten soon', async () => {
    const one = flagger();
    const missing = { orgId: 1, projectId: 999 };
    expect(await one.flag([missing])).toEqual(['no_project']);
    expect(await one.flag([missing])).toEqual(['known']);
    kit.clock.advance(300_000);
    expect(await one.flag([missing])).toEqual(['no_project']);
  });

  it('T41 two processes at the same moment give one notice', async () => {
    const results = await Promise.all([flagger().flag([project]), flagger().flag([project])]);
    expect(results.flat().sort()).toEqual(['already_set', 'set']);
    expect(await notices()).toBe(1);
  });

  it('T42 when the notice cannot be stored the flag stays unset and the next record tries again (corrected)', async () => {
    const one = flagger();
    await kit.pool.query('ALTER TABLE notice RENAME TO notice_away');
    expect(await one.flag([project])).toEqual(['error']);
    expect(await flags()).toBe('10');
    await kit.pool.query('ALTER TABLE notice_away RENAME TO notice');
    expect(await one.flag([project])).toEqual(['set']);
    expect(await notices()).toBe(1);
  });

  it('T43 a process that remembers nothing asks the database once per project and batch', async () => {
    expect(await flagger().flag([project])).toEqual(['set']);
    expect(await flagger().flag([project])).toEqual(['already_set']);
    expect(await notices()).toBe(1);
  });

  it('T44 a flag that was null becomes 65536', async () => {
    await kit.pool.query('UPDATE project SET flags = NULL');
    await flagger().flag([project]);
    expect(await flags()).toBe('65536');
  });

  it('T45 a project of another organization is left alone', async () => {
    expect(await flagger().flag([{ orgId: 1, projectId: 5 }])).toEqual(['org_mismatch']);
    expect(await notices()).toBe(0);
  });
});
