/*
 * Lanes: the webhooks of a busy mailbox that may go beside each other.
 *
 * Where the provider's policy orders by a key (a project, an issue), webhooks of different keys need not wait for each other. A batch is
 * split into 1, 2, 4 or 8 lanes by a digest of the key, as the mailbox has been busy lately, and all lanes end before the next batch is
 * taken: so the number can change at any time and no two webhooks of one key change places.
 */

const LANES_MAX = 8;
/** Each batch weighs as much as all before it. */
const WEIGHT = 0.5;
const MAILBOXES_MAX = 10_000;

/** How busy mailboxes have been: a rolling average of whether their batches were full. */
export class LaneCounts {
  private readonly fullness = new Map<string, number>();

  /** Notes a batch; returns into how many lanes to split it: a power of two, at most `most`. */
  next(mailbox: string, isFull: boolean, most: number): number {
    const before = this.fullness.get(mailbox) ?? 0;
    const now = before * (1 - WEIGHT) + (isFull ? WEIGHT : 0);
    this.fullness.delete(mailbox);
    if (now > 0.01) this.remember(mailbox, now);
    const wanted = now > 0.9 ? LANES_MAX : now > 0.7 ? 4 : now > 0.4 ? 2 : 1;
    return 2 ** Math.floor(Math.log2(Math.max(1, Math.min(wanted, most))));
  }

  private remember(mailbox: string, fullness: number): void {
    // A map keeps the order of insertion: the first one has been quiet for longest.
    const [oldest] = this.fullness.keys();
    if (oldest !== undefined && this.fullness.size >= MAILBOXES_MAX) this.fullness.delete(oldest);
    this.fullness.set(mailbox, fullness);
  }
}

/** Splits rows into at most `count` lanes, each in its order; one lane when a row is ordered with everything. */
export function splitIntoLanes<Row extends { readonly lane?: number | undefined }>(
  rows: readonly Row[],
  count: number,
): readonly (readonly Row[])[] {
  if (count < 2 || rows.some(({ lane }) => lane === undefined)) return [rows];
  const lanes: Row[][] = Array.from({ length: count }, () => []);
  for (const row of rows) lanes[(row.lane as number) % count]?.push(row);
  return lanes.filter((lane) => lane.length > 0);
}

/** The lane of an order key, 0 to 32,767 (FNV-1a, mixed as in MurmurHash3, as keys differ in their last digit); stored, so it never changes. */
export function laneOf(orderKey: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < orderKey.length; index += 1) {
    hash = Math.imul(hash ^ orderKey.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 0x7fff;
}
