import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { runChaos } from './run-chaos';

const WEBHOOKS = 2_000;
const FAULTS = 8;

describe('a fleet in which things break', () => {
  it(`loses, reorders and doubles none of ${WEBHOOKS} webhooks in ${FAULTS} faults`, async () => {
    if (!existsSync('dist/apps/control-gateway/main.js'))
      throw new Error('run node tools/build.mjs first (npm test does)');
    const seed = randomInt(1, 2 ** 31);
    const story: string[] = [];
    const result = await runChaos({
      webhooks: WEBHOOKS,
      faults: FAULTS,
      seed,
      report: (line) => story.push(line),
    }).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String(error)}\n${story.join('\n')}`);
    });
    expect({ ...result, story: story.length }).toMatchObject({
      seed,
      accepted: WEBHOOKS,
      delivered: 2 * WEBHOOKS,
      lost: 0,
      reordered: 0,
      doubled: 0,
      books: { waiting: 0, dead: 0 },
    });
    // The gateway may have delivered again what was stored and not acknowledged, or sent again after a crash; regions recognize it.
    expect(result.books.delivered).toBeGreaterThanOrEqual(2 * WEBHOOKS);
  }, 240_000);
});
