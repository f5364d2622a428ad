import {
  categoryId,
  ERROR_CATEGORY_IDS,
  OUTCOME_IDS,
  parseDataCategory,
  parseOutcome,
  storedReason,
} from '@switchyard/outcomes';
import { BadStatsQuery } from './bad-stats-query';
import type { RawQuery } from './bad-stats-query';
import { readRange } from './stats-range';
import type { StatsRange } from './stats-range';

/** What can be summed. */
export const STATS_FIELDS = ['sum(quantity)', 'sum(times_seen)'] as const;
/** What can be grouped by. */
export const STATS_GROUPS = ['outcome', 'category', 'reason', 'project'] as const;

export type StatsField = (typeof STATS_FIELDS)[number];
export type StatsGroup = (typeof STATS_GROUPS)[number];

/** A question about usage, checked. */
export interface StatsQuery extends StatsRange {
  readonly fields: readonly StatsField[];
  readonly groupBy: readonly StatsGroup[];
  readonly categories: readonly number[] | undefined;
  readonly outcomes: readonly number[] | undefined;
  readonly reasons: readonly string[] | undefined;
  readonly keyIds: readonly number[] | undefined;
  /** Named projects; `undefined` means all that may be seen. */
  readonly projects: readonly number[] | undefined;
  readonly includesAdjustments: boolean;
}

const VALUES_MAX = 200;

/**
 * Reads the parameters of the statistics API (spec: outcomes.md §5.7).
 *
 * @throws BadStatsQuery
 */
export function readStatsQuery(raw: RawQuery, nowMs: number): StatsQuery {
  const fields = valuesOf(raw, 'field').map((field) => oneOf(STATS_FIELDS, field, 'field'));
  if (fields.length === 0) throw new BadStatsQuery('At least one "field" is required.');
  const groupBy = valuesOf(raw, 'groupBy').map((group) => oneOf(STATS_GROUPS, group, 'groupBy'));
  const categories = readCategories(valuesOf(raw, 'category'));
  if (categories === undefined && !groupBy.includes('category'))
    throw new BadStatsQuery('Query must have category as groupby or filter');
  const outcomes = orUndefined(valuesOf(raw, 'outcome').map(readOutcome));
  return {
    ...readRange(raw, nowMs),
    fields: [...new Set(fields)],
    groupBy: [...new Set(groupBy)],
    categories,
    outcomes,
    reasons: orUndefined(valuesOf(raw, 'reason').map(storedReason)),
    keyIds: orUndefined(valuesOf(raw, 'key_id').map((text) => readId(text, 'key'))),
    projects: readProjects(valuesOf(raw, 'project')),
    includesAdjustments: valuesOf(raw, 'include').includes('adjustments'),
  };
}

function valuesOf(raw: RawQuery, name: string): string[] {
  const given = raw[name];
  const values = given === undefined ? [] : Array.isArray(given) ? given.map(String) : [String(given)];
  if (values.length > VALUES_MAX) throw new BadStatsQuery(`At most ${VALUES_MAX} values of "${name}" are accepted`);
  return values;
}

function oneOf<Word extends string>(words: readonly Word[], text: string, name: string): Word {
  const word = words.find((each) => each === text);
  if (word === undefined) throw new BadStatsQuery(`Invalid ${name}: "${text.slice(0, 50)}"`);
  return word;
}

const orUndefined = <Value>(values: readonly Value[]): readonly Value[] | undefined =>
  values.length === 0 ? undefined : values;

function readCategories(names: readonly string[]): readonly number[] | undefined {
  if (names.length === 0) return undefined;
  if (names.includes('attachment') && new Set(names).size > 1)
    throw new BadStatsQuery('if filtering by attachment no other category may be present');
  const ids = names.flatMap((name) => {
    const category = parseDataCategory(name);
    if (category === undefined) throw new BadStatsQuery(`Invalid category: "${name.slice(0, 50)}"`);
    return category === 'error' ? [...ERROR_CATEGORY_IDS] : [categoryId(category)];
  });
  return [...new Set(ids)];
}

function readOutcome(text: string): number {
  try {
    return OUTCOME_IDS[parseOutcome(text)];
  } catch {
    throw new BadStatsQuery(`Invalid outcome: "${text.slice(0, 50)}"`);
  }
}

function readId(text: string, name: string): number {
  const id = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(id)) throw new BadStatsQuery(`Invalid ${name}: "${text.slice(0, 50)}"`);
  return id;
}

/** `-1` means all that may be seen. */
function readProjects(values: readonly string[]): readonly number[] | undefined {
  if (values.length === 0 || values.includes('-1')) return undefined;
  return [...new Set(values.map((text) => readId(text, 'project')))];
}
