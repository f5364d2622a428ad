import type { RegionResult } from '@switchyard/silo';

/** How one attempt ended (spec: gateway.md §5.6, with the corrected outcomes of §10 W-12). */
export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly status: number }
  /** The region will never take it; a retry cannot help. */
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly status: number }
  | { readonly kind: 'retry'; readonly reason: RetryReason; readonly status: number | undefined }
  /** The region is to be left alone for a while; this is no attempt. */
  | {
      readonly kind: 'postponed';
      readonly reason: PostponeReason;
      readonly status: number | undefined;
      readonly waitMs: number;
    };

export type RejectReason = 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict';
export type PostponeReason = 'not_now' | 'rate_limited';
export type RetryReason = 'api_error' | 'server_error' | 'timeout_reset' | 'host_error' | 'unknown_region';

const REJECTED: Readonly<Record<number, RejectReason>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
};

/** After a 429; the client itself waits as long as the region said. */
const POSTPONE_MS = 1_000;

/** Classifies a region's answer by its status alone; the body is not read. */
export function classifyDelivery(result: RegionResult): DeliveryResult {
  if (result.kind === 'failure') {
    if (result.failure === 'not_now') {
      return { kind: 'postponed', reason: 'not_now', status: undefined, waitMs: result.waitMs ?? POSTPONE_MS };
    }
    return { kind: 'retry', reason: result.failure === 'connect' ? 'host_error' : 'timeout_reset', status: undefined };
  }
  return classifyStatus(result.status);
}

/** The same for a status that came in the answer to a batch. */
export function classifyStatus(status: number): DeliveryResult {
  if (status >= 200 && status < 400) return { kind: 'delivered', status };
  if (status === 429) return { kind: 'postponed', reason: 'rate_limited', status, waitMs: POSTPONE_MS };
  const reason = REJECTED[status];
  if (reason !== undefined) return { kind: 'rejected', reason, status };
  return { kind: 'retry', reason: status >= 500 ? 'server_error' : 'api_error', status };
}
