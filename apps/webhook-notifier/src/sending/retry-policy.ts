import type { RandomSource } from '@switchyard/primitives';

/** Seconds before the 2nd, 3rd … attempt: a glitch, a restart, a deploy, a night (spec: appendix A). */
export const RETRY_SCHEDULE_SECONDS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];

/** Up to so much is added, so that the deliveries of one outage do not come back as one. */
const JITTER = 0.2;

/**
 * Delay before the next attempt, never below what the receiver asked for; `undefined` when the schedule is used up.
 *
 * @param attempts attempts made so far, the failed one included
 */
export function retryDelayMs(
  attempts: number,
  random: RandomSource,
  retryAfterMs = 0,
  schedule: readonly number[] = RETRY_SCHEDULE_SECONDS,
): number | undefined {
  const seconds = schedule[attempts - 1];
  if (seconds === undefined) return undefined;
  return Math.max(seconds * 1000, retryAfterMs) * (1 + random.next() * JITTER);
}
