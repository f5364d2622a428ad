import { existsSync } from 'node:fs';
import { isClean, runRolling } from './run-rolling';

describe('a rolling restart under load', () => {
  it('loses nothing, and answers nothing otherwise than it should', async () => {
    if (!existsSync('dist/apps/control-gateway/main.js'))
      throw new Error('run node tools/build.mjs first (npm test does)');
    const story: string[] = [];
    const result = await runRolling({
      rounds: 1,
      isWhole: false,
      paceMs: 100,
      report: (line) => story.push(line),
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${story.join('\n')}`);
    });
    expect(result).toMatchObject({
      unclean: [],
      unexpected: [],
      webhooks: { lost: 0, reordered: 0, doubled: 0 },
      apps: { lost: 0 },
    });
    expect(result.usage.counted).toBe(result.usage.published);
    for (const load of ['webhooks', 'forwarded', 'app events'])
      expect(Object.values(result.answers[load] ?? {})[0]).toBeGreaterThan(50);
    expect(isClean(result)).toBe(true);
  }, 150_000);
});
