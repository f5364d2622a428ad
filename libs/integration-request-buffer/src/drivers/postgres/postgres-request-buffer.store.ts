import type { Pool } from '@switchyard/database';
import type { Clock } from '@switchyard/primitives';
import type { DayCounts } from '../../health-rule';
import { isFailure } from '../../request-log-entry';
import type { RequestLogEntry } from '../../request-log-entry';
import type {
  LoggedRequest,
  RequestBufferLimits,
  RequestBufferStore,
  RequestLogQuery,
  RequestRecord,
} from '../../request-buffer.store';
import recordSql from './record.sql';

/** Rows removed by one purge; the rest goes with the next. */
const PURGE_ROWS = 10_000;

/** Two tables; what has expired is not read any more and goes with the next {@link purge}. */
export class PostgresRequestBufferStore implements RequestBufferStore {
  constructor(
    private readonly pool: Pool,
    private readonly limits: RequestBufferLimits,
    private readonly clock: Clock,
  ) {}

  async record({ health, log }: RequestRecord): Promise<void> {
    if (health === undefined && log === undefined) return;
    const one = (category: string): number => (health?.category === category ? 1 : 0);
    await this.pool.query({
      name: 'request-buffer-record',
      text: recordSql,
      values: [
        ...[health?.subject ?? null, health?.day ?? null, one('success'), one('error'), one('timeout'), one('fatal')],
        this.in(this.limits.healthTtlMs),
        ...[log?.appId ?? null, log?.eventName ?? null, log === undefined ? null : JSON.stringify(log.entry)],
        log !== undefined && isFailure(log.entry),
        this.in(this.limits.logTtlMs),
        this.limits.logSize,
      ],
    });
  }

  async counts(subject: string, days: readonly string[]): Promise<readonly DayCounts[]> {
    const { rows } = await this.pool.query<Record<keyof DayCounts, string> & { day: string }>(
      `SELECT day::text, success, error, timeout, fatal FROM request_health
       WHERE subject = $1 AND day = ANY($2::date[]) AND expires_at > $3`,
      [subject, days, this.in(0)],
    );
    const byDay = new Map(rows.map((row) => [row.day, row]));
    return days.map((day) => {
      const of = (category: keyof DayCounts): number => Number(byDay.get(day)?.[category] ?? 0);
      return { success: of('success'), error: of('error'), timeout: of('timeout'), fatal: of('fatal') };
    });
  }

  async clear(subject: string, days: readonly string[]): Promise<void> {
    await this.pool.query('DELETE FROM request_health WHERE subject = $1 AND day = ANY($2::date[])', [subject, days]);
  }

  async requests({ appId, eventNames, isErrorsOnly }: RequestLogQuery): Promise<readonly LoggedRequest[]> {
    const { rows } = await this.pool.query<{ event_name: string; entry: RequestLogEntry }>(
      `SELECT event_name, entry FROM request_log
       WHERE app_id = $1 AND event_name = ANY($2::text[]) AND is_error_list = $3 AND expires_at > $4
       ORDER BY entry->>'date' DESC, id DESC LIMIT $5::integer`,
      [appId, eventNames, isErrorsOnly, this.in(0), this.limits.logSize],
    );
    return rows.map(({ event_name: eventName, entry }) => ({ ...entry, eventName }));
  }

  /** Removes what has expired, a bounded number of rows at a time. */
  async purge(): Promise<void> {
    const values = [this.in(0), PURGE_ROWS];
    await this.pool.query(
      'DELETE FROM request_log WHERE id IN (SELECT id FROM request_log WHERE expires_at <= $1 LIMIT $2::integer)',
      values,
    );
    await this.pool.query(
      `DELETE FROM request_health WHERE (subject, day) IN
         (SELECT subject, day FROM request_health WHERE expires_at <= $1 LIMIT $2::integer)`,
      values,
    );
  }

  private in(ms: number): Date {
    return new Date(this.clock.now() + ms);
  }
}
