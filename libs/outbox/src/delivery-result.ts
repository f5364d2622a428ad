import type { RegionResult } from '@switchyard/silo';

/** How one attempt ended (spec: gateway.md §5.6, with the corrected outcomes of §10 W-12). */
export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly status: number }
  /** The region will never take it; a retry cannot help. */
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly status: number }
  | { readonly kind: 'retry'; readonly reason: RetryReason; readonly status: number | undefined };

export type RejectReason = 'bad_request' | 'unauthorized' | 'forbidden' | 'not_found' | 'conflict';
export type RetryReason = 'api_error' | 'server_error' | 'timeout_reset' | 'host_error' | 'unknown_region';

const REJECTED: Readonly<Record<number, RejectReason>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
};

/** Classifies a region's answer by its status alone; the body is not read. */
export function classifyDelivery(result: RegionResult): DeliveryResult {
  if (result.kind === 'failure') {
    return { kind: 'retry', reason: result.failure === 'connect' ? 'host_error' : 'timeout_reset', status: undefined };
  }
  const { status } = result;
  if (status >= 200 && status < 400) return { kind: 'delivered', status };
  const reason = REJECTED[status];
  if (reason !== undefined) return { kind: 'rejected', reason, status };
  return { kind: 'retry', reason: status >= 500 ? 'server_error' : 'api_error', status };
}
