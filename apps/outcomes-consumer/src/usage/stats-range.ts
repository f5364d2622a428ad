import { BadStatsQuery } from './bad-stats-query';
import type { RawQuery } from './bad-stats-query';

/** From when to when, in steps: whole multiples of the step, `startMs <= t < endMs`. */
export interface StatsRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const DEFAULT_RANGE_MS = 90 * DAY_MS;
const DEFAULT_STEP_MS = 3_600_000;
const POINTS_MAX = 1_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  '': 1_000,
  s: 1_000,
  h: 3_600_000,
  m: 60_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/**
 * Reads `start`, `end`, `statsPeriod` and `interval`.
 *
 * @throws BadStatsQuery
 */
export function readRange(raw: RawQuery, nowMs: number): StatsRange {
  const stepMs = readStep(textOf(raw, 'interval'));
  const [first, last] = readBounds(raw, nowMs);
  const startMs = Math.floor(Math.min(first, nowMs) / stepMs) * stepMs;
  const endMs = Math.max(startMs + stepMs, Math.ceil(last / stepMs) * stepMs);
  if ((last - Math.min(first, nowMs)) / stepMs > POINTS_MAX)
    throw new BadStatsQuery('The range has too many points: choose a larger interval or a smaller range');
  return { startMs, endMs, stepMs };
}

function readStep(text: string | undefined): number {
  if (text === undefined) return DEFAULT_STEP_MS;
  const stepMs = readPeriod(text, 'interval');
  if (stepMs < MINUTE_MS || stepMs % MINUTE_MS !== 0)
    throw new BadStatsQuery('The interval has to be a multiple of the minimum interval of one minute');
  if (stepMs > DAY_MS) throw new BadStatsQuery('The interval has to be at most one day');
  if (DAY_MS % stepMs !== 0) throw new BadStatsQuery('The interval should divide one day without a remainder');
  return stepMs;
}

function readBounds(raw: RawQuery, nowMs: number): [number, number] {
  const [start, end] = [textOf(raw, 'start'), textOf(raw, 'end')];
  if ((start === undefined) !== (end === undefined)) throw new BadStatsQuery('start and end are both required');
  if (start !== undefined && end !== undefined) {
    const bounds: [number, number] = [readTime(start), readTime(end)];
    if (bounds[0] >= bounds[1]) throw new BadStatsQuery('start must be before end');
    return bounds;
  }
  const period = textOf(raw, 'statsPeriod');
  return [nowMs - (period === undefined ? DEFAULT_RANGE_MS : readPeriod(period, 'statsPeriod')), nowMs];
}

function textOf(raw: RawQuery, name: string): string | undefined {
  const value: unknown = Array.isArray(raw[name]) ? raw[name][0] : raw[name];
  return value === undefined || value === '' ? undefined : String(value);
}

function readPeriod(text: string, name: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([hdmsw]?)$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new BadStatsQuery(`Invalid ${name}: "${text.slice(0, 50)}"`);
  return ms;
}

/** Without a zone it is UTC. */
function readTime(text: string): number {
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const ms = text.length > 40 ? Number.NaN : Date.parse(hasZone || text.length <= 10 ? text : `${text}Z`);
  if (!Number.isFinite(ms)) throw new BadStatsQuery(`Invalid date: "${text.slice(0, 50)}"`);
  return ms;
}
