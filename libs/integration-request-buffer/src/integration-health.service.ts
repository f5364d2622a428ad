import type { Clock } from '@switchyard/primitives';
import { CategoryNotAllowedError } from './category-not-allowed.error';
import { judgeHealth } from './health-rule';
import type { DayCounts, HealthThresholds, HealthVerdict } from './health-rule';
import type { HealthSubject, RequestCategory } from './health-subject';
import type { RequestBufferStore, RequestRecord } from './request-buffer.store';

const DAY_MS = 86_400_000;
/** Days that {@link IntegrationHealthService.clear} reaches back. */
const CLEARED_DAYS = 30;

/** The judgement, with the counts that it was made from, today first. */
export interface JudgedHealth {
  readonly verdict: HealthVerdict;
  readonly days: readonly DayCounts[];
}

/**
 * Counts how requests end, and says whether a subject is broken. It only says so: disabling, auditing and telling the
 * owners is the caller's work.
 */
export class IntegrationHealthService {
  constructor(
    private readonly store: RequestBufferStore,
    private readonly thresholds: HealthThresholds,
    private readonly clock: Clock,
    /** The reference's keys: without braces, the days of one subject lie on several slots of a cluster (strict baseline). */
    private readonly hasPlainKeys = false,
  ) {}

  /**
   * Counts one finished request on today's date (UTC), together with its log entry.
   *
   * @throws CategoryNotAllowedError
   */
  async record(
    subject: HealthSubject,
    category: RequestCategory | undefined,
    log?: RequestRecord['log'],
  ): Promise<void> {
    if (category !== undefined && !subject.categories.includes(category))
      throw new CategoryNotAllowedError(subject.kind, category);
    const health =
      category === undefined ? undefined : { subject: this.keyOf(subject), day: this.days(1)[0] ?? '', category };
    await this.store.record({ ...(health === undefined ? {} : { health }), ...(log === undefined ? {} : { log }) });
  }

  /** Judges the window, today included. One read. */
  async judge(subject: HealthSubject): Promise<JudgedHealth> {
    const days = await this.store.counts(this.keyOf(subject), this.days(this.thresholds.windowDays));
    return { verdict: judgeHealth(days, this.thresholds), days };
  }

  /** Forgets the last 30 days. */
  clear(subject: HealthSubject): Promise<void> {
    return this.store.clear(this.keyOf(subject), this.days(CLEARED_DAYS));
  }

  private keyOf({ key }: HealthSubject): string {
    return this.hasPlainKeys ? key.replace(/[{}]/g, '') : key;
  }

  private days(count: number): readonly string[] {
    const now = this.clock.now();
    return Array.from({ length: count }, (_, age) => new Date(now - age * DAY_MS).toISOString().slice(0, 10));
  }
}
