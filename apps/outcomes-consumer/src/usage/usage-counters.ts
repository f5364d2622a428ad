import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { ERROR_CATEGORY_IDS, OUTCOME_IDS } from '@switchyard/outcomes';

type CounterKey = 'project_id' | 'org_id' | 'key_id';

interface CounterModel {
  readonly key: CounterKey;
  readonly outcomes: readonly number[];
  readonly reason?: string;
}

/** What counts as received: client discards, invalid and abusive requests do not, as on the statistics page. */
const RECEIVED = [OUTCOME_IDS.accepted, OUTCOME_IDS.filtered, OUTCOME_IDS.rate_limited];
const REJECTED = [OUTCOME_IDS.rate_limited];
const FILTERED = [OUTCOME_IDS.filtered];

const totals = (name: string, key: CounterKey): Record<string, CounterModel> => ({
  [`${name}_total_received`]: { key, outcomes: RECEIVED },
  [`${name}_total_rejected`]: { key, outcomes: REJECTED },
  [`${name}_total_blacklisted`]: { key, outcomes: FILTERED },
});

const byReason = (reasons: Readonly<Record<string, string>>): Record<string, CounterModel> =>
  Object.fromEntries(
    Object.entries(reasons).map(([name, reason]) => [name, { key: 'project_id', outcomes: RECEIVED, reason }]),
  );

/** Every counter by its name (spec: outcomes.md §5.8). */
export const COUNTER_MODELS: Readonly<Record<string, CounterModel>> = {
  ...totals('project', 'project_id'),
  ...totals('organization', 'org_id'),
  ...totals('key', 'key_id'),
  ...byReason({
    project_total_received_ip_address: 'ip-address',
    project_total_received_release_version: 'release-version',
    project_total_received_error_message: 'error-message',
    project_total_received_browser_extensions: 'browser-extensions',
    project_total_received_legacy_browsers: 'legacy-browsers',
    project_total_received_localhost: 'localhost',
    project_total_received_web_crawlers: 'web-crawlers',
    project_total_received_invalid_csp: 'invalid-csp',
    project_total_received_cors: 'cors',
    project_total_received_discarded: 'discarded-hash',
    project_total_healthcheck: 'filtered-transaction',
  }),
};

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;
/** Steps of series in seconds, and how many samples of each may be asked for. */
export const COUNTER_STEPS: Readonly<Record<number, number>> = { 10: 360, [HOUR_SECONDS]: 168, [DAY_SECONDS]: 90 };
const LEDGER = { table: 'outcome_event', time: 'occurred_at' };
const SOURCES: Readonly<Record<number, typeof LEDGER>> = {
  10: LEDGER,
  [HOUR_SECONDS]: { table: 'outcome_hourly', time: 'bucket' },
  [DAY_SECONDS]: { table: 'outcome_daily', time: 'bucket' },
};

/** A time span, `startMs <= t < endMs`. */
export interface CounterSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** Counters over the error categories, summed from hourly usage of one organization. */
@Injectable()
export class UsageCounters {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** The sum of each key; keys without usage are zero. */
  async sums(
    orgId: number,
    name: string,
    keys: readonly number[],
    { startMs, endMs }: CounterSpan,
    projects?: readonly number[],
  ): Promise<ReadonlyMap<number, number>> {
    const rows = await this.read({ orgId, name, keys, startMs, endMs, stepSeconds: HOUR_SECONDS, projects });
    const sums = new Map(keys.map((key) => [key, 0]));
    for (const { key, sum } of rows) sums.set(Number(key), (sums.get(Number(key)) ?? 0) + Number(sum));
    return sums;
  }

  /**
   * The counts of each key step by step, zero where there are none; the step that holds `endMs` is the last one.
   *
   * @param stepSeconds one of {@link COUNTER_STEPS}; by default the finest one whose samples reach that far
   */
  async range(
    orgId: number,
    name: string,
    keys: readonly number[],
    { startMs, endMs }: CounterSpan,
    {
      stepSeconds = stepFor(startMs, endMs),
      projects,
    }: { stepSeconds?: number; projects?: readonly number[] | undefined } = {},
  ): Promise<ReadonlyMap<number, readonly (readonly [number, number])[]>> {
    const first = Math.floor(startMs / 1000 / stepSeconds) * stepSeconds;
    const last = Math.floor(endMs / 1000 / stepSeconds) * stepSeconds;
    const span = { startMs: first * 1000, endMs: (last + stepSeconds) * 1000 };
    const rows = await this.read({ orgId, name, keys, ...span, stepSeconds, projects });
    const counts = new Map(rows.map(({ key, at, sum }) => [`${key} ${at}`, Number(sum)]));
    const points = Array.from({ length: (last - first) / stepSeconds + 1 }, (_, index) => first + index * stepSeconds);
    return new Map(keys.map((key) => [key, points.map((at) => [at, counts.get(`${key} ${at}`) ?? 0] as const)]));
  }

  private async read(question: {
    readonly orgId: number;
    readonly name: string;
    readonly keys: readonly number[];
    readonly startMs: number;
    readonly endMs: number;
    readonly stepSeconds: number;
    readonly projects: readonly number[] | undefined;
  }): Promise<readonly { key: string; at: string; sum: string }[]> {
    const { orgId, name, keys, startMs, endMs, stepSeconds, projects } = question;
    const model = COUNTER_MODELS[name];
    if (model === undefined) throw new RangeError(`there is no counter ${name}`);
    const { table, time } = SOURCES[stepSeconds] ?? SOURCES[HOUR_SECONDS] ?? LEDGER;
    const key = model.key === 'key_id' ? 'coalesce(key_id, 0)' : model.key;
    const { rows } = await this.pool.query<{ key: string; at: string; sum: string }>(
      // Table and columns are of a closed list of ours.
      `SELECT ${key} AS key, floor(extract(epoch FROM ${time}) / $9)::bigint * $9 AS at, sum(quantity) AS sum FROM ${table}
       WHERE org_id = $1 AND ${time} >= $2 AND ${time} < $3 AND category = ANY ($4) AND outcome = ANY ($5)
         AND ($6::text IS NULL OR reason = $6) AND ${key} = ANY ($7) AND ($8::bigint[] IS NULL OR project_id = ANY ($8)) GROUP BY 1, 2`,
      [
        orgId,
        new Date(startMs),
        new Date(endMs),
        ERROR_CATEGORY_IDS,
        model.outcomes,
        model.reason ?? null,
        keys,
        projects ?? null,
        stepSeconds,
      ],
    );
    return rows;
  }
}

const stepFor = (startMs: number, endMs: number): number =>
  Object.entries(COUNTER_STEPS)
    .map(([seconds, samples]) => ({ seconds: Number(seconds), samples }))
    .find(({ seconds, samples }) => (endMs - startMs) / 1000 <= seconds * samples)?.seconds ?? DAY_SECONDS;
