import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { environment } from '@switchyard/config';
import { isExact, runUsageChaos } from './run-usage-chaos';

const { TEST_KAFKA_SKIP: reason } = environment();
const RECORDS = 6_000;

if (reason !== undefined) it.skip(`usage in which things break: skipped because ${reason}`, () => undefined);
else
  it(`T66 usage of ${RECORDS} records is exact although consumers are killed, the broker crashes and the group changes`, async () => {
    if (!existsSync('dist/apps/outcomes-consumer/main.js'))
      throw new Error('run node tools/build.mjs first (npm test does)');
    const seed = randomInt(1, 2 ** 31);
    const story: string[] = [];
    const report = (line: string): void => void story.push(line);
    const result = await runUsageChaos({ records: RECORDS, kills: 2, restarts: 1, rebalances: 2, seed, report });
    expect({ ...result, isExact: isExact(result), story }).toMatchObject({ wrong: 0, isExact: true });
    expect(result.sums).toBeGreaterThan(100);
  }, 300_000);
