const MINUTE_MS = 60_000;
/** Slack tolerates short bursts. */
const BURST = 3;

/**
 * How many messages may go now, by key; each key has its own allowance of so many a minute, with a burst of three. In memory: two
 * processes have two allowances, and obey Slack's 429 both.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(private readonly perMinute: number) {}

  /** Milliseconds until one may go; 0: now. */
  waitMs(key: string, nowMs: number): number {
    const tokens = this.tokens(key, nowMs);
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * MINUTE_MS) / this.perMinute);
  }

  take(key: string, nowMs: number): void {
    this.buckets.set(key, { tokens: this.tokens(key, nowMs) - 1, at: nowMs });
  }

  /** Forgets those that are full again. */
  tidy(nowMs: number): void {
    for (const key of this.buckets.keys()) if (this.tokens(key, nowMs) >= this.burst) this.buckets.delete(key);
  }

  private get burst(): number {
    return Math.max(BURST, this.perMinute / 60);
  }

  private tokens(key: string, nowMs: number): number {
    const bucket = this.buckets.get(key);
    if (bucket === undefined) return this.burst;
    return Math.min(this.burst, bucket.tokens + ((nowMs - bucket.at) * this.perMinute) / MINUTE_MS);
  }
}
