import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { isSettledStatus } from '@switchyard/silo';
import type { BatchItem, DeliveryBatch } from '@switchyard/silo';
import { currentTrace, traceOfHeaders, withSpan } from '@switchyard/telemetry';
import { EdgeService } from './edge.service';

/** A webhook on which the whole budget was spent. */
const GATEWAY_TIMEOUT = 504;

/**
 * Handles the webhooks of a batch one after another, each as if it had come alone.
 *
 * One that is refused for good is answered so and the next is handled. What is not answered, the gateway sends again; a webhook
 * that is still being handled when the budget ends is recognized then by its delivery id.
 */
@Injectable()
export class BatchService {
  constructor(
    private readonly edge: EdgeService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** One status each for those that were handled, from the first one on; at least one. Never throws. */
  async handle({ items, budgetMs, isStrict }: DeliveryBatch): Promise<readonly number[]> {
    const endsAt = this.clock.monotonic() + budgetMs;
    const budget = startTimer(budgetMs);
    const statuses: number[] = [];
    try {
      for (const item of items) {
        const status = await Promise.race([this.handleItem(item), budget.ended]);
        if (status === undefined) return statuses.length > 0 ? statuses : [GATEWAY_TIMEOUT];
        statuses.push(status);
        if ((isStrict && !isSettledStatus(status)) || this.clock.monotonic() >= endsAt) break;
      }
      return statuses;
    } finally {
      budget.stop();
    }
  }

  private async handleItem({ method, pathAndQuery, headers, body, ...item }: BatchItem): Promise<number> {
    const { integrationId, isVerified, deliveryId } = item;
    const raw = { method, url: pathAndQuery, rawHeaders: headers, body };
    const batch = currentTrace();
    // Part of the trace in which it was received; the batch that brought it is another's.
    const own = traceOfHeaders(headers);
    const span = own === undefined ? {} : { parent: own, links: batch === undefined ? [] : [batch] };
    return withSpan('region.handle', { kind: 'server', ...span }, async (active) => {
      const { status, requestId } = await this.edge.handle(raw, { integrationId, isVerified, deliveryId });
      if (active.isRecording) {
        active.set({ 'http.response.status_code': status, 'switchyard.request_id': requestId });
        if (status >= 500) active.fail('status');
      }
      return status;
    });
  }
}

function startTimer(ms: number): { readonly ended: Promise<undefined>; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return { ended, stop: () => clearTimeout(timer) };
}
