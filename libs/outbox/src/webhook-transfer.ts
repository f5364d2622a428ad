import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { RegionBatchClient, RegionClient, RegionResolutionError } from '@switchyard/silo';
import type { RegionRequest, RegionResult } from '@switchyard/silo';
import { currentTraceparent, parseTraceparent, withSpan } from '@switchyard/telemetry';
import { classifyDelivery, classifyStatus } from './delivery-result';
import type { DeliveryResult } from './delivery-result';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import { deliveryIdOf } from './stored-webhook';
import type { TakenWebhook } from './stored-webhook';

/** Bodies of one batch together; a larger one goes alone. */
const BATCH_BYTES = 1024 * 1024;
/** After a batch that ended without an answer its mailbox is sent one by one: so the webhook that did it is found. */
const ALONE_MS = 600_000;
const ALONE_MAILBOXES_MAX = 10_000;

/**
 * Brings webhooks of one mailbox to their region: many in one request where the region takes that, else the first alone.
 *
 * Sends, and knows nothing of what happens to the rows afterwards.
 */
@Injectable()
export class WebhookTransfer {
  private readonly batches: RegionBatchClient;
  private readonly aloneUntil = new Map<string, number>();

  constructor(
    private readonly regions: RegionClient,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.batches = new RegionBatchClient(regions, clock);
  }

  /**
   * Sends webhooks of one mailbox, in order.
   *
   * @param webhooks at least one, all for the same region
   * @param isStrict whether what follows one that has to be tried again is to wait for it
   * @returns one result each for those that were tried, from the first on; at least one
   */
  async send(mailbox: string, webhooks: readonly TakenWebhook[], isStrict = true): Promise<readonly DeliveryResult[]> {
    const [first] = webhooks;
    if (first === undefined) return [];
    try {
      const group = this.groupOf(mailbox, first.region, webhooks);
      if (group.length > 1) {
        const results = await this.sendTogether(mailbox, first.region, group, isStrict);
        if (results !== undefined) return results;
      }
      return [await this.sendOne(first)];
    } catch (error) {
      if (!(error instanceof RegionResolutionError)) throw error;
      return [{ kind: 'retry', reason: 'unknown_region', status: undefined }];
    }
  }

  /** One attempt, as part of the trace in which the webhook was received. */
  private sendOne(webhook: TakenWebhook): Promise<DeliveryResult> {
    const parent = parseTraceparent(webhook.traceparent) ?? null;
    return withSpan('mailbox.deliver', { kind: 'client', parent }, async (span) => {
      // The attempt's own context goes on to the region, not the stored one.
      const request = { ...this.toRequest(webhook), traceparent: currentTraceparent() ?? webhook.traceparent };
      const result = classifyDelivery(await this.regions.send(webhook.region, request));
      if (span.isRecording) {
        span.set({
          'switchyard.request_id': webhook.requestId,
          'switchyard.region': webhook.region,
          'switchyard.attempt': webhook.attempts,
          'switchyard.result': result.kind,
        });
      }
      if (result.kind === 'retry') span.fail(result.reason);
      return result;
    });
  }

  /** How many of them go together. */
  private groupOf(mailbox: string, region: string, webhooks: readonly TakenWebhook[]): readonly TakenWebhook[] {
    const isTogether =
      this.settings.isBatchTransferEnabled && this.batches.isSupported(region) && !this.isAlone(mailbox);
    if (!isTogether) return webhooks.slice(0, 1);
    let bytes = 0;
    const end = webhooks.findIndex(({ body }) => (bytes += body.length) > BATCH_BYTES);
    return end < 0 ? webhooks : webhooks.slice(0, Math.max(1, end));
  }

  private isAlone(mailbox: string): boolean {
    const until = this.aloneUntil.get(mailbox);
    if (until === undefined) return false;
    if (until > this.clock.monotonic()) return true;
    this.aloneUntil.delete(mailbox);
    return false;
  }

  private async sendTogether(
    mailbox: string,
    region: string,
    webhooks: readonly TakenWebhook[],
    isStrict: boolean,
  ): Promise<readonly DeliveryResult[] | undefined> {
    const requests = webhooks.map((webhook) => this.toRequest(webhook));
    const links = webhooks.flatMap(({ traceparent }) => parseTraceparent(traceparent) ?? []);
    const end = await withSpan('mailbox.deliver_batch', { kind: 'client', parent: null, links }, (span) => {
      if (span.isRecording) span.set({ 'switchyard.region': region, 'switchyard.webhooks': webhooks.length });
      return this.batches.send(region, requests, isStrict);
    });
    switch (end.kind) {
      case 'unsupported':
        return undefined;
      case 'statuses':
        return end.statuses.map(classifyStatus);
      case 'failed':
        // Charged to the first one, which goes alone next time; what took effect of the others is recognized by the region.
        if (isAboutTheBatch(end.result)) this.sendAlone(mailbox);
        return [classifyDelivery(end.result)];
    }
  }

  private sendAlone(mailbox: string): void {
    if (this.aloneUntil.size >= ALONE_MAILBOXES_MAX) this.aloneUntil.clear();
    this.aloneUntil.set(mailbox, this.clock.monotonic() + ALONE_MS);
  }

  private toRequest(webhook: TakenWebhook): RegionRequest {
    return {
      method: webhook.method,
      pathAndQuery: webhook.path,
      headers: webhook.headers,
      body: webhook.body,
      bodySha256Hex: webhook.bodySha256Hex,
      integrationId: webhook.integrationId,
      isVerified: webhook.isVerified,
      deliveryId: deliveryIdOf(webhook.id),
      timeoutMs: this.settings.timeoutMs,
      traceparent: webhook.traceparent,
    };
  }
}

/** Not where the region could not be reached, or asked to be left alone: that says nothing about what was sent. */
function isAboutTheBatch(result: RegionResult): boolean {
  if (result.kind === 'response') return result.status !== 429;
  return result.failure !== 'connect' && result.failure !== 'not_now';
}
