import type { RandomSource } from '@switchyard/primitives';

const GROWTH = 1.4;
const LONGEST_MS = 3_600_000;
/** Mailboxes that failed together do not come back together. */
const JITTER = 0.1;

/**
 * Delay before the next attempt: `min(base × 1.4^attempts, 60 min)` (spec: gateway.md §5.7), up to a tenth more or less.
 *
 * @param attempts attempts made so far, the failed one included
 */
export function backoffMs(attempts: number, baseMs: number, random: RandomSource): number {
  const delay = Math.min(baseMs * GROWTH ** attempts, LONGEST_MS);
  return Math.round(delay * (1 - JITTER + 2 * JITTER * random.next()));
}
