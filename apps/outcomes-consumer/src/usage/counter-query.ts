import { BadStatsQuery } from './bad-stats-query';
import type { RawQuery } from './bad-stats-query';
import { COUNTER_MODELS, COUNTER_STEPS } from './usage-counters';
import type { CounterSpan } from './usage-counters';

const KEYS_MAX = 200;
const HOUR_MS = 3_600_000;

/**
 * Reads the question about a counter: `key` (repeatable; the organization's own needs none), `start`, `end` and `rollup`, in Unix
 * seconds; the last hour by default.
 *
 * @throws BadStatsQuery
 */
export function readCounterQuery(
  model: string,
  raw: RawQuery,
  nowMs: number,
  orgId: number,
): { readonly keys: readonly number[]; readonly span: CounterSpan; readonly stepSeconds: { stepSeconds?: number } } {
  const known = Object.hasOwn(COUNTER_MODELS, model) ? COUNTER_MODELS[model] : undefined;
  if (known === undefined) throw new BadStatsQuery(`Invalid counter: "${model.slice(0, 50)}"`);
  const given = raw['key'] === undefined ? [] : [raw['key']].flat();
  if (given.length > KEYS_MAX) throw new BadStatsQuery(`At most ${KEYS_MAX} keys are accepted`);
  const keys = known.key === 'org_id' ? [orgId] : given.map((text) => wholeOf(String(text), 'key'));
  if (keys.length === 0) throw new BadStatsQuery('At least one "key" is required.');
  const endMs = secondsOf(raw, 'end') ?? nowMs;
  const startMs = secondsOf(raw, 'start') ?? endMs - HOUR_MS;
  if (startMs > endMs) throw new BadStatsQuery('start must be before end');
  return { keys, span: { startMs, endMs }, stepSeconds: readStep(raw['rollup'], startMs, endMs) };
}

function readStep(text: unknown, startMs: number, endMs: number): { stepSeconds?: number } {
  const steps = Object.entries(COUNTER_STEPS);
  const length = (endMs - startMs) / 1000;
  const isTooLong = ([seconds, samples]: [string, number]): boolean => length > Number(seconds) * samples;
  if (text === undefined) {
    if (steps.every(isTooLong)) throw new BadStatsQuery('The range has too many points: choose a smaller range');
    return {};
  }
  const step = steps.find(([seconds]) => seconds === text);
  if (step === undefined) throw new BadStatsQuery(`Invalid rollup: "${String(text).slice(0, 20)}"`);
  if (isTooLong(step))
    throw new BadStatsQuery('The range has too many points: choose a larger rollup or a smaller range');
  return { stepSeconds: Number(step[0]) };
}

function secondsOf(raw: RawQuery, name: string): number | undefined {
  const text = raw[name];
  return text === undefined ? undefined : wholeOf(String(text), name) * 1000;
}

function wholeOf(text: string, name: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new BadStatsQuery(`Invalid ${name}: "${text.slice(0, 50)}"`);
  return value;
}
