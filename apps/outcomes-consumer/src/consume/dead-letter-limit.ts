/** When so many records are faulty that the fault is probably ours (spec: outcomes.md §6.7). */
export interface DeadLetterLimits {
  /** Share of the last records of a partition. */
  readonly ratioMax: number;
  readonly consecutiveMax: number;
}

const WINDOW = 10_000;
/** Below so many records a share says nothing. */
const SEEN_MIN = 1_000;

/** How one partition's records have been so far. */
export interface FaultHistory {
  readonly consecutive: number;
  /** One byte per record of the window, oldest first. */
  readonly recent: readonly boolean[];
}

/** A partition of which nothing is known. */
export const NO_FAULTS: FaultHistory = { consecutive: 0, recent: [] };

/** The history after more records, and whether they break a limit; the caller keeps the history only if it keeps the records. */
export function addToHistory(
  history: FaultHistory,
  faults: readonly boolean[],
  limits: DeadLetterLimits,
): { readonly history: FaultHistory; readonly broken: 'ratio' | 'consecutive' | undefined } {
  let { consecutive } = history;
  let longest = consecutive;
  for (const isFaulty of faults) {
    consecutive = isFaulty ? consecutive + 1 : 0;
    longest = Math.max(longest, consecutive);
  }
  const recent = [...history.recent, ...faults].slice(-WINDOW);
  const count = recent.reduce((sum, isFaulty) => sum + Number(isFaulty), 0);
  const isRatioBroken = recent.length >= SEEN_MIN && count > recent.length * limits.ratioMax;
  const broken = longest > limits.consecutiveMax ? 'consecutive' : isRatioBroken ? 'ratio' : undefined;
  return { history: { consecutive, recent }, broken };
}
