import { classifyOutcome } from './classify-outcome';
import type { AttemptOutcome } from './classify-outcome';
import { judgeHealth } from './health-rule';
import type { DayCounts } from './health-rule';

const day = (counts: Partial<DayCounts> = {}): DayCounts => ({ success: 0, error: 0, timeout: 0, fatal: 0, ...counts });
const days = (count: number, counts: Partial<DayCounts>): DayCounts[] =>
  Array.from({ length: count }, () => day(counts));
const strict = { windowDays: 7, timeoutsPerDay: 1000, timeoutRatioMin: 0 };
const corrected = { ...strict, timeoutRatioMin: 0.5 };

// The ids are those of the spec: outgoing-webhooks.md §10.3; days stand today first.
describe('judgeHealth', () => {
  it.each([
    ['C1', [], false],
    ['C2', days(7, { error: 1 }), true],
    ['C3', [day(), ...days(6, { error: 1 })], false],
    ['C4', [...days(3, { error: 1 }), day(), ...days(3, { error: 1 })], false],
    ['C6', days(8, { error: 1 }), true],
    ['C7', [day({ timeout: 1000, success: 1_000_000 })], true],
    ['C8', days(7, { timeout: 999 }), false],
    ['C9', [...days(6, { success: 1 }), day({ timeout: 1000 })], true],
    ['C10', [...days(7, { success: 1 }), day({ timeout: 1000 })], false],
    ['C12', days(7, { timeout: 1 }), false],
    ['C13', [day({ error: 5, timeout: 1000 }), ...days(6, { error: 1 })], true],
    ['C14', [...days(6, { success: 1 }), day({ fatal: 1 })], true],
  ])('%s in strict mode', (_id, window, isBroken) => {
    expect(judgeHealth(window, strict).isBroken).toBe(isBroken);
  });

  it.each([
    ['C21', day({ timeout: 1000, success: 5000 }), false],
    ['C7 corrected: a million successes protect', day({ timeout: 1000, success: 1_000_000 }), false],
    ['C9 corrected: nothing but timeouts', day({ timeout: 1000 }), true],
  ])('%s', (_id, today, isBroken) => {
    expect(judgeHealth([today], corrected).isBroken).toBe(isBroken);
  });

  it.each([
    ['errors up to today', days(4, { error: 1 }), 4 / 7],
    ['a gap today breaks the chain', [day(), ...days(6, { error: 1 })], 0],
    ['timeouts of one day', [day({ timeout: 900 })], 0.9],
    ['timeouts that successes outweigh', [day({ timeout: 900, success: 9000 })], 0],
  ])('says how far it is: %s', (_name, window, progress) => {
    expect(judgeHealth(window, corrected)).toEqual({ isBroken: false, progress });
  });
});

describe('classifyOutcome', () => {
  const status = (code: number): AttemptOutcome => ({ kind: 'status', status: code });

  it.each([
    ['D3', status(200), 'success', 'success'],
    ['D4', status(404), 'error', 'error'],
    ['D5', status(429), undefined, undefined],
    ['D6 corrected', status(500), 'error', undefined],
    ['D6 corrected', status(503), 'error', undefined],
    ['D7 corrected', status(301), 'error', undefined],
    ['no status', status(0), undefined, undefined],
    ['a timeout', { kind: 'timeout' }, 'timeout', 'timeout'],
    ['a network failure, corrected', { kind: 'network' }, 'error', 'timeout'],
    ['a refused address, corrected', { kind: 'blocked' }, 'error', undefined],
  ] as const)('%s: %j counts as %s, in strict mode as %s', (_id, outcome, category, strictCategory) => {
    expect([classifyOutcome(outcome), classifyOutcome(outcome, true)]).toEqual([category, strictCategory]);
  });
});
