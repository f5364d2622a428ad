import type { Pool } from '@switchyard/database';
import type { Clock } from '@switchyard/primitives';
import type { Logger } from '@switchyard/telemetry';

/** How long usage is kept. */
export interface UsageRetention {
  readonly ledgerDays: number;
  readonly hourlyDays: number;
  readonly dailyMonths: number;
}

const DAY_MS = 86_400_000;
const PARTITION = /^outcome_(event|hourly|daily)_(\d{4})(\d{2})(\d{2})?$/;

/** Makes partitions a week ahead and drops those whose time is over. */
export class UsageMaintenance {
  constructor(
    private readonly pool: Pool,
    private readonly retention: UsageRetention,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Resolves to the names of the partitions that were dropped. */
  async run(): Promise<readonly string[]> {
    const now = this.clock.now();
    const ahead = new Date(now + 7 * DAY_MS);
    for (const [parent, step] of [
      ['outcome_event', '1 day'],
      ['outcome_hourly', '1 month'],
      ['outcome_daily', '1 month'],
    ])
      await this.pool.query('SELECT ensure_usage_partitions($1, $2::interval, $3, $4)', [
        parent,
        step,
        new Date(now),
        ahead,
      ]);
    return this.dropOld(now);
  }

  private async dropOld(now: number): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent IN ('outcome_event'::regclass, 'outcome_hourly'::regclass, 'outcome_daily'::regclass)`,
    );
    const old = rows.map(({ name }) => name).filter((name) => this.isOver(name, now));
    // The names matched the pattern above: nothing else gets into the statement.
    for (const name of old) await this.pool.query(`DROP TABLE ${name}`);
    if (old.length > 0) this.logger.info({ partitions: old }, 'usage_partitions.dropped');
    return old;
  }

  private isOver(name: string, now: number): boolean {
    const [, kind, year, month, day] = PARTITION.exec(name) ?? [];
    if (kind === undefined) return false;
    const endsAt =
      day === undefined
        ? Date.UTC(Number(year), Number(month), 1)
        : Date.UTC(Number(year), Number(month) - 1, Number(day) + 1);
    const { ledgerDays, hourlyDays, dailyMonths } = this.retention;
    const keptDays = kind === 'event' ? ledgerDays : kind === 'hourly' ? hourlyDays : dailyMonths * 31;
    return endsAt < now - keptDays * DAY_MS;
  }
}
