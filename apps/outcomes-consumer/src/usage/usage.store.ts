import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { BadStatsQuery } from './bad-stats-query';
import { hasSeries } from './stats-answer';
import type { StatsRow } from './stats-answer';

import type { StatsQuery } from './stats-query';

/** More groups than this are refused: a part of them, silently, would be a wrong answer. */
const ROWS_MAX = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STATEMENT_TIMEOUT_MS = 10_000;

interface Source {
  readonly table: string;
  readonly time: string;
  readonly timesSeen: string;
  readonly key: string;
  readonly reason: string;
}

const rollup = (table: string): Source => ({
  table,
  time: 'bucket',
  timesSeen: 'times_seen',
  key: 'key_id',
  reason: 'reason',
});
const HOURLY = rollup('outcome_hourly');
const DAILY = rollup('outcome_daily');
const LEDGER: Source = {
  table: 'outcome_event',
  time: 'occurred_at',
  timesSeen: '1',
  key: 'coalesce(key_id, 0)',
  reason: `coalesce(reason, 'none')`,
};

/** Sums over usage. */
@Injectable()
export class UsageStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /**
   * Sums by group, and by step where the answer has a series.
   *
   * @throws BadStatsQuery when there are too many groups
   */
  async sums(orgId: number, query: StatsQuery, projects: readonly number[] | undefined): Promise<readonly StatsRow[]> {
    const source = sourceOf(query);
    const grouped = (group: StatsQuery['groupBy'][number], sql: string) =>
      query.groupBy.includes(group) ? sql : 'NULL';
    const step = hasSeries(query)
      ? `date_bin($9::float8 * interval '1 millisecond', ${source.time}, 'epoch')`
      : `NULL::timestamptz + $9::float8 * interval '0'`;
    const text = `SELECT (extract(epoch FROM step)::float8 * 1000)::bigint AS "bucketMs", outcome, category, reason, project, quantity, "timesSeen"
      FROM (SELECT ${step} AS step, ${grouped('outcome', 'outcome')}::integer AS outcome,
        ${grouped('category', 'CASE WHEN category IN (0, 1, 3) THEN 1 ELSE category END')}::integer AS category,
        ${grouped('reason', source.reason)} AS reason, ${grouped('project', 'project_id')}::text AS project,
        sum(quantity)::float8 AS quantity, sum(${source.timesSeen})::float8 AS "timesSeen"
      FROM ${from(source, query)}
      WHERE org_id = $1 AND ${source.time} >= $2 AND ${source.time} < $3
        AND ($4::smallint[] IS NULL OR category = ANY ($4)) AND ($5::smallint[] IS NULL OR outcome = ANY ($5))
        AND ($6::text[] IS NULL OR ${source.reason} = ANY ($6)) AND ($7::bigint[] IS NULL OR ${source.key} = ANY ($7))
        AND ($8::bigint[] IS NULL OR project_id = ANY ($8))
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT ${ROWS_MAX + 1}) AS sums`;
    const { startMs, endMs, categories, outcomes, reasons, keyIds, stepMs } = query;
    const values = [orgId, new Date(startMs), new Date(endMs), categories, outcomes, reasons, keyIds, projects, stepMs];
    const { rows } = await this.pool.query<StatsRow & { bucketMs: string | null }>({
      text,
      values: values.map((value) => value ?? null),
      query_timeout: STATEMENT_TIMEOUT_MS,
    } as never);
    if (rows.length > ROWS_MAX)
      throw new BadStatsQuery('The answer has too many groups: ask for fewer, or for a smaller range');
    return rows.map((row) => ({ ...row, bucketMs: row.bucketMs === null ? undefined : Number(row.bucketMs) }));
  }
}

function sourceOf({ stepMs }: StatsQuery): Source {
  if (stepMs < HOUR_MS) return LEDGER;
  return stepMs === DAY_MS ? DAILY : HOURLY;
}

/** Adjustments are no outcomes: they are added on request, and never below an hour. */
function from(source: Source, { includesAdjustments }: StatsQuery): string {
  if (!includesAdjustments || source === LEDGER) return source.table;
  const columns = 'org_id, bucket, category, outcome, project_id, key_id, reason, quantity, times_seen';
  return `(SELECT ${columns} FROM ${source.table} UNION ALL
    SELECT org_id, bucket, category, outcome, project_id, 0, 'adjustment', quantity, 0 FROM usage_adjustment) AS sums`;
}
