import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { Batcher, BatcherFullError, CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { HintPublisher } from './hint.publisher';
import { storeBatchRows, storeFailures, webhooksStored } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import type { NewStoredWebhook } from './stored-webhook';
import { StoredWebhookStore } from './stored-webhook.store';
import type { EncodedRow } from './stored-webhook.store';

/** What storing came to. */
export type StoreResult =
  | { readonly kind: 'stored' }
  /** Nothing was acknowledged; the sender should try again after `retryAfterSeconds`. */
  | { readonly kind: 'unavailable'; readonly reason: 'overloaded' | 'database'; readonly retryAfterSeconds: number };

interface Pending {
  readonly webhook: NewStoredWebhook;
  readonly rows: readonly EncodedRow[];
}

/** A batch stays well under PostgreSQL's 65,535 parameters (16 per row) and keeps a commit short. */
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
  private readonly batcher: Batcher<Pending, void>;

  constructor(
    private readonly store: StoredWebhookStore,
    private readonly hintPublisher: HintPublisher,
    @Inject(OUTBOX_SETTINGS) settings: OutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.batcher = new Batcher<Pending, void>({
      flush: (batch) => this.flush(batch),
      maxItems: BATCH_WEBHOOKS,
      maxBytes: BATCH_BYTES,
      concurrency: BATCHES_IN_FLIGHT,
      maxWaiting: settings.waitingMax,
      sizeOf: ({ webhook, rows }) => webhook.body.length * rows.length,
      isItemError: isDataError,
    });
  }

  /** Stores one request; resolves after the commit. */
  async write(webhook: NewStoredWebhook): Promise<StoreResult> {
    try {
      await this.batcher.add({ webhook, rows: this.store.encode(webhook, this.clock.now()) });
      return { kind: 'stored' };
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

  private async flush(batch: readonly Pending[]): Promise<readonly void[]> {
    const rows = batch.flatMap((pending) => pending.rows);
    await this.store.insert(rows);
    storeBatchRows.observe(rows.length);
    for (const { webhook } of batch) {
      for (const { region, mailbox } of webhook.destinations) {
        webhooksStored.of(webhook.provider, region).inc();
        this.hintPublisher.announce(mailbox);
      }
    }
    return batch.map(() => undefined);
  }
}

/** SQLSTATE class 22 (data exception) and 23 (constraint): about one row, not about the database. */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^2[23]/.test(code);
}
