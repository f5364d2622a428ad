import type { Clock } from '@switchyard/primitives';

/** How often something may be done. */
export interface RateLimit {
  readonly perSecond: number;
  /** At once, after a pause. */
  readonly burst: number;
}

const KEYS_MAX = 10_000;

/** Token buckets by key. */
export class RateLimiter {
  private readonly buckets = new Map<string, { readonly at: number; readonly left: number }>();

  /** @param limit absent for none */
  constructor(
    private readonly clock: Clock,
    public limit: RateLimit | undefined,
  ) {}

  /** Takes one; or seconds to wait, at least 1, as `Retry-After` gives them. */
  take(key: string): number | undefined {
    if (this.limit === undefined) return undefined;
    const { perSecond, burst } = this.limit;
    const at = this.clock.now();
    const before = this.buckets.get(key) ?? { at, left: burst };
    const left = Math.min(burst, before.left + ((at - before.at) / 1000) * perSecond);
    if (this.buckets.size >= KEYS_MAX) this.buckets.clear();
    this.buckets.set(key, { at, left: left >= 1 ? left - 1 : left });
    return left >= 1 ? undefined : Math.max(1, Math.ceil((1 - left) / perSecond));
  }
}
