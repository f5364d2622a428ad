import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { purgedRecordsTotal } from './delivery-metrics';
import purgeDeliveriesSql from './purge-deliveries.sql';

/** DI token of the days for which delivery records are kept. */
export const DELIVERY_RECORD_RETENTION_DAYS = Symbol('DELIVERY_RECORD_RETENTION_DAYS');

const DAY_MS = 86_400_000;
/** Rows per statement: its locks and its log stay short. Far above what arrives between two runs at 100 per second. */
const BATCH_ROWS = 5_000;
/** Ten minutes: at this pace a run has little to do, and a late record harms nobody. */
const INTERVAL_MS = 600_000;

/** Removes delivery records whose retention has ended. */
@Injectable()
export class DeliveryRetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(DELIVERY_RECORD_RETENTION_DAYS) private readonly retentionDays: number,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.run());
    }, INTERVAL_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Removes all records that are due, batch by batch, and resolves to how many there were. */
  async purge(): Promise<number> {
    const receivedBefore = new Date(this.clock.now() - this.retentionDays * DAY_MS);
    let total = 0;
    for (;;) {
      const { rowCount } = await this.pool.query(purgeDeliveriesSql, [receivedBefore, BATCH_ROWS]);
      const purged = rowCount ?? 0;
      purgedRecordsTotal.inc(purged);
      total += purged;
      if (purged < BATCH_ROWS || this.isStopped) return total;
    }
  }

  private async run(): Promise<void> {
    if (this.isStopped) return;
    try {
      const records = await this.purge();
      if (records > 0) this.logger.info({ records }, 'delivery_records.purged');
    } catch (error) {
      this.logger.warn({ error }, 'delivery_records.purge_failed');
    }
  }
}
