import type { KeyObject } from 'node:crypto';
import type { Clock } from '@switchyard/primitives';

const KEYS_MAX = 200;
/** gateway.md appendix A: Teams' keys are kept for a day. */
const KNOWN_FOR_MS = 24 * 3_600_000;
/** A key id that nobody has published is asked for again after this: ids come from unverified tokens. */
const UNKNOWN_FOR_MS = 60_000;

interface Entry {
  readonly key: KeyObject | undefined;
  readonly until: number;
}

/** Keys that were fetched, and key ids that are known not to exist, each for its time. */
export class RememberedKeys {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  /** `undefined` when it is not known whether there is such a key. */
  get(id: string): { readonly key: KeyObject | undefined } | undefined {
    const entry = this.entries.get(id);
    return entry !== undefined && entry.until > this.clock.monotonic() ? entry : undefined;
  }

  set(id: string, key: KeyObject | undefined): void {
    this.entries.delete(id);
    if (this.entries.size >= KEYS_MAX) {
      const oldest = this.entries.keys().next();
      if (oldest.done !== true) this.entries.delete(oldest.value);
    }
    this.entries.set(id, { key, until: this.clock.monotonic() + (key === undefined ? UNKNOWN_FOR_MS : KNOWN_FOR_MS) });
  }
}
