import type { Clock } from '@switchyard/primitives';

/** How many failures are let pass. */
export interface FailureLimits {
  readonly failuresMax: number;
  readonly windowMs: number;
  /** Addresses that are remembered; the longest known leave first. */
  readonly addressesMax: number;
}

const LIMITS: FailureLimits = { failuresMax: 10, windowMs: 60_000, addressesMax: 10_000 };

interface Window {
  count: number;
  readonly endsAt: number;
}

/** Counts failures by client address, so that nobody can try tokens all day. In memory: each process counts for itself. */
export class FailureLimiter {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly limits: FailureLimits = LIMITS,
  ) {}

  /** Seconds until this address may try again; 0 when it may now. */
  secondsToWait(address: string | undefined): number {
    const window = this.windows.get(keyOf(address));
    const leftMs = window === undefined ? 0 : window.endsAt - this.clock.now();
    return window !== undefined && leftMs > 0 && window.count >= this.limits.failuresMax
      ? Math.ceil(leftMs / 1_000)
      : 0;
  }

  fail(address: string | undefined): void {
    const key = keyOf(address);
    const now = this.clock.now();
    const window = this.windows.get(key);
    if (window !== undefined && window.endsAt > now) {
      window.count += 1;
      return;
    }
    this.windows.delete(key);
    // All windows are as long, so the first in the map is the first to end.
    for (const [oldest, { endsAt }] of this.windows) {
      if (endsAt > now && this.windows.size < this.limits.addressesMax) break;
      this.windows.delete(oldest);
    }
    this.windows.set(key, { count: 1, endsAt: now + this.limits.windowMs });
  }
}

/** Who has one IPv6 address has the 2^64 beside it. */
function keyOf(address = 'unknown'): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
