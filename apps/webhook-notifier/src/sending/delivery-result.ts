import type { GuardedResult } from '@switchyard/http-client';
import type { AttemptOutcome, RequestFailureReason } from '@switchyard/integration-request-buffer';

/** What an attempt means for its delivery. */
export type DeliveryResult =
  | { readonly kind: 'delivered' }
  /** The receiver does not want it: another attempt would end the same way. */
  | { readonly kind: 'rejected'; readonly reason: RequestFailureReason }
  /** 410: the receiver is gone for good; its owner is told. */
  | { readonly kind: 'gone'; readonly reason: RequestFailureReason }
  | { readonly kind: 'retryable'; readonly reason: RequestFailureReason; readonly retryAfterMs?: number }
  /** Our own rules forbid it. */
  | { readonly kind: 'blocked'; readonly reason: RequestFailureReason }
  | { readonly kind: 'not_sent'; readonly reason: 'no_url' };

/** A receiver cannot hold a delivery longer than this. */
const RETRY_AFTER_MAX_MS = 86_400_000;

/** Reads the end of an exchange; `nowMs` is for a `Retry-After` that names a date. */
export function deliveryResultOf(result: GuardedResult, nowMs: number): DeliveryResult {
  if (result.kind === 'failure') {
    const { reason } = result;
    if (reason === 'blocked_address' || reason === 'invalid_url') return { kind: 'blocked', reason };
    return { kind: 'retryable', reason };
  }
  const { status, headers } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status < 400) return { kind: 'rejected', reason: 'redirect' };
  if (status === 410) return { kind: 'gone', reason: 'http_4xx' };
  const retryAfterMs = retryAfter(headers['retry-after'], nowMs);
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) return { kind: 'retryable', reason: 'http_429', ...wait };
  if (status >= 500) return { kind: 'retryable', reason: 'http_5xx', ...wait };
  return status === 408 ? { kind: 'retryable', reason: 'http_4xx', ...wait } : { kind: 'rejected', reason: 'http_4xx' };
}

/** What the same end counts as for the health of the endpoint. */
export function attemptOutcomeOf(result: GuardedResult): AttemptOutcome {
  if (result.kind === 'response') return { kind: 'status', status: result.status };
  if (result.reason.startsWith('timeout_')) return { kind: 'timeout' };
  return { kind: result.reason === 'blocked_address' || result.reason === 'invalid_url' ? 'blocked' : 'network' };
}

function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}
