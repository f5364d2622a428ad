import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Batcher, BatcherFullError, CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER, outsideTraces } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { HintPublisher } from './hint.publisher';
import { storeBatchRows, storeFailures, webhookDuplicates, webhooksStored } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import type { NewStoredWebhook } from './stored-webhook';
import { StoredBytesLimit } from './stored-bytes-limit';
import { StoredWebhookStore } from './stored-webhook.store';
import type { EncodedRequest } from './stored-webhook.store';

/** What storing came to. */
export type StoreResult =
  | { readonly kind: 'stored' }
  /** The provider sent it before, within the window; nothing more was written. */
  | { readonly kind: 'duplicate' }
  /** Nothing was acknowledged; the sender should try again after `retryAfterSeconds`. */
  | { readonly kind: 'unavailable'; readonly reason: 'overloaded' | 'database'; readonly retryAfterSeconds: number };

interface Pending {
  readonly webhook: NewStoredWebhook;
  readonly encoded: EncodedRequest;
}

/** A batch stays well under PostgreSQL's 65,535 parameters (19 per row) and keeps a commit short. */
const BATCH_WEBHOOKS = 250;
const BATCH_BYTES = 8 * 1024 * 1024;
/** One batch being committed while the next one gathers: more only adds contention (toolchain.md §10). */
const BATCHES_IN_FLIGHT = 2;

/**
 * Stores webhooks: many requests share one INSERT, and each is told so only after the commit.
 *
 * All rows of one request are in one statement, so either every region gets it or none does. The hint that follows may be
 * lost; the sweeper finds the rows.
 */
@Injectable()
export class WebhookWriter implements OnModuleDestroy {
  private readonly batcher: Batcher<Pending, boolean>;

  constructor(
    private readonly store: StoredWebhookStore,
    private readonly hintPublisher: HintPublisher,
    private readonly limit: StoredBytesLimit,
    @Inject(OUTBOX_SETTINGS) settings: OutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.batcher = new Batcher<Pending, boolean>({
      // A batch holds the webhooks of many requests, and its hints start drains.
      flush: (batch) => outsideTraces(() => this.flush(batch)),
      maxItems: BATCH_WEBHOOKS,
      maxBytes: BATCH_BYTES,
      concurrency: BATCHES_IN_FLIGHT,
      maxWaiting: settings.waitingMax,
      sizeOf: ({ webhook, encoded }) => webhook.body.length * encoded.rows.length,
      isItemError: isDataError,
    });
  }

  /** Stores one request; resolves after the commit. */
  async write(webhook: NewStoredWebhook): Promise<StoreResult> {
    try {
      const encoded = this.store.encode(webhook, this.clock.now());
      return (await this.batcher.add({ webhook, encoded })) ? { kind: 'stored' } : this.tellDuplicate(webhook);
    } catch (error) {
      const reason = error instanceof BatcherFullError ? 'overloaded' : 'database';
      storeFailures.inc({ reason });
      this.logger.error({ error, request_id: webhook.requestId, reason }, 'webhook.store_failed');
      return { kind: 'unavailable', reason, retryAfterSeconds: reason === 'overloaded' ? 1 : 5 };
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.batcher.close();
  }

  private tellDuplicate(webhook: NewStoredWebhook): StoreResult {
    webhookDuplicates.inc({ provider: webhook.provider });
    const { provider, providerDeliveryId, requestId } = webhook;
    this.logger.info(
      { provider, provider_delivery_id: providerDeliveryId, request_id: requestId },
      'webhook.duplicate',
    );
    return { kind: 'duplicate' };
  }

  /** Whether each was stored. */
  private async flush(batch: readonly Pending[]): Promise<readonly boolean[]> {
    const isFirst = firstOfEachKey(batch);
    const firsts = batch.filter((_, index) => isFirst[index]);
    const stored = await this.store.insert(firsts.map(({ encoded }) => encoded));
    let rows = 0;
    for (const [index, { webhook, encoded }] of firsts.entries()) {
      if (stored[index] !== true) continue;
      rows += encoded.rows.length;
      this.limit.noteStored(webhook.integrationId);
      for (const { region, mailbox } of webhook.destinations) {
        webhooksStored.of(webhook.provider, region).inc();
        this.hintPublisher.announce(mailbox);
      }
    }
    storeBatchRows.observe(rows);
    let next = 0;
    return isFirst.map((first) => first && stored[next++] === true);
  }
}

/** A provider that is in a hurry sends the same again before the first is stored: both may be in one batch. */
function firstOfEachKey(batch: readonly Pending[]): readonly boolean[] {
  const keys = new Set<string>();
  return batch.map(({ encoded: { seenKey } }) => {
    if (seenKey === undefined) return true;
    const key = seenKey.toString('latin1');
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}

/** SQLSTATE class 22 (data exception) and 23 (constraint): about one row, not about the database. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
