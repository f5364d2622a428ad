const GROWTH = 1.4;
const LONGEST_MS = 3_600_000;

/**
 * Delay before the next attempt: `min(base × 1.4^attempts, 60 min)` (spec: gateway.md §5.7).
 *
 * @param attempts attempts made so far, the failed one included
 */
export function backoffMs(attempts: number, baseMs: number): number {
  return Math.min(Math.round(baseMs * GROWTH ** attempts), LONGEST_MS);
}
