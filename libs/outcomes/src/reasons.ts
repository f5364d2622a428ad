/** Reasons of a client discard that are kept; anything else is stored as none (spec: outcomes.md §4.8). */
const CLIENT_DISCARD_REASONS: ReadonlySet<string> = new Set([
  'backpressure',
  'before_send',
  'buffer_overflow',
  'cache_overflow',
  'event_processor',
  'ignored',
  'insufficient_data',
  'internal_sdk_error',
  'invalid',
  'network_error',
  'no_parent_span',
  'queue_overflow',
  'ratelimit_backoff',
  'sample_rate',
  'send_error',
]);

/** A reason is part of a rollup's key, so it stays short. */
export const REASON_LENGTH_MAX = 200;

const SHOWN: ReadonlyMap<string, string> = new Map([['smart_rate_limit', 'spike_protection']]);
const STORED: ReadonlyMap<string, string> = new Map([...SHOWN].map(([stored, shown]) => [shown, stored]));

/** Whether a client discard keeps this reason. */
export function isClientDiscardReason(reason: string): boolean {
  return CLIENT_DISCARD_REASONS.has(reason);
}

/** How APIs name a stored reason. */
export const shownReason = (stored: string): string => SHOWN.get(stored) ?? stored;

/** How the store names a reason of an API. */
export const storedReason = (shown: string): string => STORED.get(shown) ?? shown;
