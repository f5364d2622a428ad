import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { DeliveryScheduler } from './delivery-scheduler';
import dueSql from './due.sql';

const PER_APP = 50;
const IN_ALL = 2_000;
/** A purge every so many rounds. */
const ROUNDS_PER_PURGE = 100;
const PURGE_ROWS = 5_000;

/** Finds due deliveries that no hint announced: after a crash, with the queue gone, when a claim has ended. */
@Injectable()
export class DeliverySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private rounds = 0;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly scheduler: DeliveryScheduler,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => (this.running = this.round()), this.settings.sweepIntervalMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round; returns how many there were. */
  async sweep(): Promise<number> {
    const { rows } = await this.pool.query<{ id: string; appId: string }>(dueSql, [PER_APP, IN_ALL]);
    for (const { id, appId } of rows) this.scheduler.submit(id, appId);
    return rows.length;
  }

  /** Removes what has long ended, with its deliveries. */
  async purge(): Promise<void> {
    await this.pool.query(
      `DELETE FROM occurrence WHERE id IN (
         SELECT id FROM occurrence WHERE created_at < now() - $1::integer * interval '1 day'
           AND NOT EXISTS (SELECT FROM app_delivery WHERE occurrence_id = occurrence.id AND status = 'waiting')
         ORDER BY created_at LIMIT $2)`,
      [this.settings.retentionDays, PURGE_ROWS],
    );
  }

  private async round(): Promise<void> {
    try {
      await this.sweep();
      this.rounds += 1;
      if (this.rounds % ROUNDS_PER_PURGE === 0) await this.purge();
    } catch (error) {
      this.logger.warn({ error }, 'delivery_sweep.failed');
    }
  }
}
