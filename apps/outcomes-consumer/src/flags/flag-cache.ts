import type { Clock } from '@switchyard/primitives';

/** How long what is known stays known. */
export interface FlagCacheOptions {
  readonly ttlMs: number;
  readonly missingTtlMs: number;
  readonly entriesMax: number;
}

/** Remembers which projects need no look at the database, in this process. */
export class FlagCache {
  private readonly entries = new Map<string, number>();

  constructor(
    private readonly options: FlagCacheOptions,
    private readonly clock: Clock,
  ) {}

  has(key: string): boolean {
    const expiresAt = this.entries.get(key);
    if (expiresAt === undefined) return false;
    this.entries.delete(key);
    if (expiresAt <= this.clock.now()) return false;
    // The most recently used last: the first leaves when there are too many.
    this.entries.set(key, expiresAt);
    return true;
  }

  remember(key: string): void {
    this.put(key, this.options.ttlMs);
  }

  /** A project that does not exist yet may exist soon. */
  rememberMissing(key: string): void {
    this.put(key, this.options.missingTtlMs);
  }

  private put(key: string, ttlMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, this.clock.now() + ttlMs);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.options.entriesMax && oldest !== undefined) this.entries.delete(oldest);
  }
}
