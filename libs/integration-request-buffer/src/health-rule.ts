/** How requests of one day ended. */
export interface DayCounts {
  readonly success: number;
  readonly error: number;
  readonly timeout: number;
  readonly fatal: number;
}

/** When a subject counts as broken (spec: outgoing-webhooks.md §3.4). */
export interface HealthThresholds {
  /** Days that are looked at, today included; so many error days in a row are too many. */
  readonly windowDays: number;
  readonly timeoutsPerDay: number;
  /** Below this share of a day's attempts timeouts are a busy day, not a broken endpoint; 0 is the reference's rule. */
  readonly timeoutRatioMin: number;
}

export type HealthVerdict =
  | { readonly isBroken: false; /** Of the way to being broken, 0 to 1. */ readonly progress: number }
  | { readonly isBroken: true; readonly reason: 'fatal' | 'timeouts' | 'errors' };

type DayClass = 'fatal' | 'timeout' | 'error' | 'none';

/** Judges the days of the window, today first. A day without traffic breaks a chain of error days. */
export function judgeHealth(days: readonly DayCounts[], thresholds: HealthThresholds): HealthVerdict {
  const window = days.slice(0, thresholds.windowDays);
  const classes = window.map((day) => classOf(day, thresholds));
  if (classes.includes('fatal')) return { isBroken: true, reason: 'fatal' };
  if (classes.includes('timeout')) return { isBroken: true, reason: 'timeouts' };
  const errorDays = classes.filter((each) => each === 'error').length;
  if (errorDays >= thresholds.windowDays) return { isBroken: true, reason: 'errors' };
  return { isBroken: false, progress: progressOf(window, classes, thresholds) };
}

function classOf(day: DayCounts, { timeoutsPerDay, timeoutRatioMin }: HealthThresholds): DayClass {
  if (day.fatal > 0) return 'fatal';
  const attempts = day.success + day.error + day.timeout;
  if (day.timeout >= timeoutsPerDay && day.timeout / Math.max(attempts, 1) >= timeoutRatioMin) return 'timeout';
  return day.error > 0 && day.success === 0 ? 'error' : 'none';
}

/** Only error days up to today that touch each other can still become a whole window. */
function progressOf(window: readonly DayCounts[], classes: readonly DayClass[], thresholds: HealthThresholds): number {
  const chainEnd = classes.findIndex((each) => each !== 'error');
  const chain = (chainEnd === -1 ? classes.length : chainEnd) / thresholds.windowDays;
  const timeouts = Math.max(0, ...window.map((day) => timeoutShare(day, thresholds)));
  return Math.min(1, Math.max(chain, timeouts));
}

function timeoutShare(day: DayCounts, { timeoutsPerDay, timeoutRatioMin }: HealthThresholds): number {
  const attempts = day.success + day.error + day.timeout;
  const isProtected = day.timeout / Math.max(attempts, 1) < timeoutRatioMin;
  return isProtected ? 0 : Math.min(1, day.timeout / timeoutsPerDay);
}
