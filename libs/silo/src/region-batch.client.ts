import { randomBytes } from 'node:crypto';
import type { Clock } from '@switchyard/primitives';
import { BATCH_CONTENT_TYPE, BATCH_PATH, decodeBatchAnswer, encodeDeliveryBatch } from './delivery-batch';
import type { BatchItem } from './delivery-batch';
import { forwardableHeaders, TRACE_HEADER } from './gateway-headers';
import { batchItems } from './region-metrics';
import type { RegionClient, RegionRequest, RegionResult } from './region.client';

/** How a batch ended. */
export type BatchResult =
  /** From the first webhook on, one status each; the rest were not handled. Never empty. */
  | { readonly kind: 'statuses'; readonly statuses: readonly number[] }
  /** This region, or this batch, is to be sent one by one. */
  | { readonly kind: 'unsupported' }
  /** Nothing is known of any of them; those that took effect are recognized when they come again. */
  | { readonly kind: 'failed'; readonly result: RegionResult };

/** A region that did not know the address is asked again after this: it may have been updated. */
const UNSUPPORTED_MS = 600_000;
/** Of the time limit, what the region may use: its answer has to arrive before the limit ends. */
const BUDGET_SHARE = 0.75;

/** Sends webhooks in batches to regions that take them, and finds out which do. */
export class RegionBatchClient {
  private readonly unsupportedUntil = new Map<string, number>();
  private readonly prefix = randomBytes(9).toString('base64url');
  private count = 0;

  constructor(
    private readonly regions: RegionClient,
    private readonly clock: Clock,
  ) {}

  /** Whether it is worth trying. */
  isSupported(region: string): boolean {
    const until = this.unsupportedUntil.get(region);
    return until === undefined || until <= this.clock.monotonic();
  }

  /**
   * Sends one batch.
   *
   * @throws RegionResolutionError when the region is not configured (the promise rejects)
   */
  async send(region: string, requests: readonly RegionRequest[], isStrict: boolean): Promise<BatchResult> {
    const timeoutMs = Math.min(...requests.map((request) => request.timeoutMs));
    const terms = { budgetMs: Math.floor(timeoutMs * BUDGET_SHARE), isStrict };
    this.count += 1;
    const result = await this.regions.send(region, {
      method: 'POST',
      pathAndQuery: BATCH_PATH,
      headers: ['Content-Type', BATCH_CONTENT_TYPE],
      body: encodeDeliveryBatch(terms, requests.map(toItem)),
      isVerified: false,
      deliveryId: `batch-${this.prefix}-${this.count.toString(36)}`,
      timeoutMs,
    });
    return this.judge(region, result, requests.length);
  }

  private judge(region: string, result: RegionResult, count: number): BatchResult {
    if (result.kind === 'failure' || result.status === 429) return { kind: 'failed', result };
    if (result.status === 200) {
      const statuses = decodeBatchAnswer(result.body, count);
      if (statuses !== undefined) {
        batchItems.observe(statuses.length);
        return { kind: 'statuses', statuses };
      }
    }
    // Too large for what stands between; the next one may fit.
    if (result.status === 413) return { kind: 'unsupported' };
    if (result.status >= 500 && result.status !== 501) return { kind: 'failed', result };
    this.unsupportedUntil.set(region, this.clock.monotonic() + UNSUPPORTED_MS);
    return { kind: 'unsupported' };
  }
}

const toItem = (request: RegionRequest): BatchItem => ({
  method: request.method,
  pathAndQuery: request.pathAndQuery,
  headers: traced(forwardableHeaders(request.headers), request.traceparent),
  body: request.body,
  integrationId: request.integrationId,
  isVerified: request.isVerified,
  deliveryId: request.deliveryId,
});

function traced(headers: string[], traceparent: string | undefined): readonly string[] {
  if (traceparent !== undefined) headers.push(TRACE_HEADER, traceparent);
  return headers;
}
