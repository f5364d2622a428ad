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
  ): Promise<ReadonlyMap<number, number>> {
    const model = COUNTER_MODELS[name];
    if (model === undefined) throw new RangeError(`there is no counter ${name}`);
    const { rows } = await this.pool.query<{ key: string; sum: string }>(
      // The column's name is one of three of ours.
      `SELECT ${model.key} AS key, sum(quantity) AS sum FROM outcome_hourly
       WHERE org_id = $1 AND bucket >= $2 AND bucket < $3 AND category = ANY ($4) AND outcome = ANY ($5)
         AND ($6::text IS NULL OR reason = $6) AND ${model.key} = ANY ($7) GROUP BY 1`,
      [orgId, new Date(startMs), new Date(endMs), ERROR_CATEGORY_IDS, model.outcomes, model.reason ?? null, keys],
    );
    const found = new Map(rows.map(({ key, sum }) => [Number(key), Number(sum)]));
    return new Map(keys.map((key) => [key, found.get(key) ?? 0]));
  }
}
