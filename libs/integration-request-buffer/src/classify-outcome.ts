import type { RequestCategory } from './health-subject';

/** How a delivery attempt ended, as far as health is concerned. */
export type AttemptOutcome =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'network' }
  /** The address is refused by our own rules. */
  | { readonly kind: 'blocked' };

/**
 * What an attempt counts as; `undefined` for nothing.
 *
 * Corrected against the reference (spec: outgoing-webhooks.md §4.3): 3xx, 5xx and network failures are errors, because an
 * endpoint that only ever answers so is broken. 429 is a healthy endpoint that is busy. `isStrict` brings the reference
 * back, which counts network failures as timeouts and neither 3xx nor 5xx nor refused addresses.
 */
export function classifyOutcome(outcome: AttemptOutcome, isStrict = false): RequestCategory | undefined {
  switch (outcome.kind) {
    case 'timeout':
      return 'timeout';
    case 'network':
      return isStrict ? 'timeout' : 'error';
    case 'blocked':
      return isStrict ? undefined : 'error';
    case 'status':
      return classifyStatus(outcome.status, isStrict);
  }
}

function classifyStatus(status: number, isStrict: boolean): RequestCategory | undefined {
  if (status >= 100 && status < 300) return 'success';
  if (status < 300 || status === 429) return undefined;
  return isStrict && (status < 400 || status >= 500) ? undefined : 'error';
}
