import { categoryOfId, outcomeOfId, shownReason } from '@switchyard/outcomes';
import type { StatsField, StatsGroup, StatsQuery } from './stats-query';

/** A sum of the store: its group's values, its step, and both fields. */
export interface StatsRow {
  /** Absent when there is no series. */
  readonly bucketMs: number | undefined;
  readonly outcome: number | null;
  readonly category: number | null;
  readonly reason: string | null;
  readonly project: string | null;
  readonly quantity: number;
  readonly timesSeen: number;
}

/** The answer of the statistics API. */
export interface StatsAnswer {
  readonly start: string;
  readonly end: string;
  readonly intervals?: readonly string[];
  readonly groups: readonly {
    readonly by: Readonly<Record<string, string | number>>;
    readonly totals: Readonly<Record<string, number>>;
    readonly series?: Readonly<Record<string, readonly number[]>>;
  }[];
}

interface Group {
  readonly by: Record<string, string | number>;
  readonly totals: Record<string, number>;
  readonly series: Record<string, number[]>;
}

/** Whether the answer tells sums over time: not when it is per project, which would be too much. */
export const hasSeries = ({ groupBy }: StatsQuery): boolean => !groupBy.includes('project');

/** Puts sums into the form of the API; steps without any are zero. */
export function presentStats(query: StatsQuery, rows: readonly StatsRow[]): StatsAnswer {
  const { startMs, endMs, stepMs, fields, groupBy } = query;
  const points = Math.round((endMs - startMs) / stepMs);
  const groups = new Map<string, Group>();
  const groupOf = (by: Group['by']): Group => {
    const key = JSON.stringify(by);
    const zeros = <Value>(make: () => Value) => Object.fromEntries(fields.map((field) => [field, make()]));
    const group = groups.get(key) ?? {
      by,
      totals: zeros(() => 0),
      series: zeros(() => new Array<number>(points).fill(0)),
    };
    groups.set(key, group);
    return group;
  };
  if (groupBy.length === 0) groupOf({});
  // Most rows differ in their step only: the names of a group are looked up once.
  const known = new Map<string, Group>();
  for (const row of rows) {
    const { outcome, category, reason, project } = row;
    const key = `${outcome} ${category} ${project} ${reason}`;
    let group = known.get(key);
    if (group === undefined) known.set(key, (group = groupOf(groupValues(row, groupBy))));
    addRow(group, row, query);
  }
  return {
    start: shown(startMs),
    end: shown(endMs),
    ...(hasSeries(query)
      ? { intervals: Array.from({ length: points }, (_, index) => shown(startMs + index * stepMs)) }
      : {}),
    groups: [...groups.values()].map(({ by, totals, series }) =>
      hasSeries(query) ? { by, totals, series } : { by, totals },
    ),
  };
}

function addRow(group: Group, row: StatsRow, { fields, startMs, stepMs }: StatsQuery): void {
  for (const field of fields) {
    const value = valueOf(row, field);
    group.totals[field] = (group.totals[field] ?? 0) + value;
    const series = group.series[field];
    const index = row.bucketMs === undefined ? -1 : Math.floor((row.bucketMs - startMs) / stepMs);
    if (series?.[index] !== undefined) series[index] += value;
  }
}

const valueOf = (row: StatsRow, field: StatsField): number =>
  field === 'sum(quantity)' ? row.quantity : row.timesSeen;

/** Names as APIs show them; numbers that have no name are shown as they are. */
function groupValues(row: StatsRow, groupBy: readonly StatsGroup[]): Record<string, string | number> {
  const values = {
    outcome: () => outcomeOfId(row.outcome ?? -1) ?? String(row.outcome),
    category: () => categoryOfId(row.category ?? -1) ?? String(row.category),
    reason: () => shownReason(row.reason ?? 'none'),
    project: () => Number(row.project),
  };
  return Object.fromEntries(groupBy.map((group) => [group, values[group]()]));
}

const shown = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
