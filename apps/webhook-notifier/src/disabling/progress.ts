import type { DayCounts } from '@switchyard/integration-request-buffer';

/** Owners are told at these shares of the way to being disabled. */
const WARNING_PERCENTS = [50, 70, 90] as const;

/** The highest warning that is reached; 0 when none is. @param progress 0 to 1 */
export const warningOf = (progress: number): number =>
  WARNING_PERCENTS.filter((step) => progress * 100 >= step).at(-1) ?? 0;

/** What has happened, in words for the owners. @param days today first */
export function evidenceOf(rule: string, days: readonly DayCounts[]): string {
  if (rule === 'gone') return 'it answered 410, which asks not to be called any more';
  const errors = days.filter(({ error, success }) => error > 0 && success === 0).length;
  const timeouts = Math.max(0, ...days.map(({ timeout }) => timeout));
  return [
    ...(errors > 0 ? [`errors and no success on ${errors} of the last ${days.length} days`] : []),
    ...(timeouts > 0 ? [`up to ${timeouts} timeouts in a day`] : []),
  ].join(', ');
}
