/*
 * A cap on what waits for one integration, so that one that nobody drains cannot fill the disk for all.
 *
 * Sums are kept in the database (migrations/0004_accounting.sql). A process asks once a second for those integrations of which it
 * has just stored something, and for those that it turns away; in between the answer comes from memory. So an integration can
 * exceed the cap by what arrives in a second.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { overLimitIntegrations } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';

const REFRESH_MS = 1_000;
/** Asked about at once; busier ones come first by themselves, as they are noted again and again. */
const ASKED_MAX = 1_000;

@Injectable()
export class StoredBytesLimit implements OnApplicationBootstrap, OnModuleDestroy {
  private touched = new Set<string>();
  private over: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.storedBytesMax === 0) return;
    this.timer = setInterval(() => (this.refreshing = this.refresh()), REFRESH_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
  }

  /** Tells that something was stored for an integration. */
  noteStored(integrationId: string | undefined): void {
    if (integrationId !== undefined && this.touched.size < ASKED_MAX) this.touched.add(integrationId);
  }

  /** Whether an integration has as much waiting as it may. */
  isOver(integrationId: string | undefined): boolean {
    return integrationId !== undefined && this.over.has(integrationId);
  }

  /** Asks the database; never throws, as the last known state is better than none. */
  async refresh(): Promise<void> {
    const asked = [...new Set([...this.over, ...this.touched])];
    if (asked.length === 0) return;
    this.touched = new Set();
    try {
      const { rows } = await this.pool.query<{ id: string }>(
        `SELECT integration_id::text AS id FROM stored_total WHERE integration_id = ANY ($1::bigint[])
         GROUP BY integration_id HAVING sum(bytes) >= $2::bigint`,
        [asked, this.settings.storedBytesMax],
      );
      this.change(new Set(rows.map(({ id }) => id)));
    } catch (error) {
      this.logger.warn({ error }, 'stored_bytes.refresh_failed');
    }
  }

  private change(over: ReadonlySet<string>): void {
    for (const id of over) {
      if (!this.over.has(id)) this.logger.warn({ integration_id: id }, 'stored_bytes.limit_reached');
    }
    for (const id of this.over) {
      if (!over.has(id)) this.logger.info({ integration_id: id }, 'stored_bytes.below_limit');
    }
    this.over = over;
    overLimitIntegrations.set(over.size);
  }
}
