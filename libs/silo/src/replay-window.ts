/** Twice the signature's tolerance and its rounding: a request dated 300 s ahead stays valid for almost 601 s. */
const GENERATION_MS = 601_000;

/** About 25 MB for both generations together; 400 requests a second for ten minutes. */
const DEFAULT_ENTRIES_PER_GENERATION = 250_000;

/**
 * Remembers for at least ten minutes which signatures were seen, in bounded memory.
 *
 * Two sets: new entries go to the young one; after ten minutes, or when it is full, it becomes the old one and what was
 * old is forgotten. So a region that gets more than `entriesPerGeneration` requests in ten minutes remembers a shorter
 * time. Only requests with a valid signature get in: nobody without a key can push others out. It is one process's
 * memory; across processes and restarts the delivery id protects from doing work twice.
 */
export class ReplayWindow {
  private young = new Set<string>();
  private old = new Set<string>();
  private youngSinceMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly entriesPerGeneration = DEFAULT_ENTRIES_PER_GENERATION) {}

  /** Entries held, never more than twice the bound. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Remembers `entry`; `false` when it was there already. */
  remember(entry: string, nowMs: number): boolean {
    if (nowMs - this.youngSinceMs >= GENERATION_MS || this.young.size >= this.entriesPerGeneration) this.turn(nowMs);
    if (this.young.has(entry) || this.old.has(entry)) return false;
    this.young.add(entry);
    return true;
  }

  private turn(nowMs: number): void {
    this.old = this.young;
    this.young = new Set();
    this.youngSinceMs = nowMs;
  }
}
