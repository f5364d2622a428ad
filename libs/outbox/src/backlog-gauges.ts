/*
 * Measures what waits, for alerts and for scaling: the age of the oldest stored webhook of each region, and how late due work is.
 *
 * Every process measures, also one that only stores, so that the gauges live as long as any gateway does. When the database
 * cannot be asked the gauges are gone rather than stale: an alert counts no data as firing.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { deliveryLatenessSeconds, oldestUndeliveredSeconds } from './outbox.metrics';
import backlogSql from './sql/backlog.sql';

/** Often enough for a scrape every fifteen seconds. */
const MEASURE_MS = 10_000;
/** With more mailboxes than this the figures are of the first ones by name: bad enough to fire by then. */
const MAILBOXES_MAX = 5_000;

@Injectable()
export class BacklogGauges implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private measuring: Promise<void> | undefined;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    forget();
  }

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), MEASURE_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.measuring;
  }

  /** Measures once; never throws. */
  async measure(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ region: string; oldest: number; lateness: number | null }>({
        name: 'outbox-backlog',
        text: backlogSql,
        values: [MAILBOXES_MAX],
      });
      forget();
      for (const { region, oldest } of rows) oldestUndeliveredSeconds.set({ region }, oldest);
      deliveryLatenessSeconds.set(Math.max(0, ...rows.map(({ lateness }) => lateness ?? 0)));
    } catch (error) {
      forget();
      this.logger.warn({ error }, 'backlog.not_measured');
    }
  }

  /** A measurement that takes longer than the interval is not joined by a second one. */
  private start(): void {
    this.measuring ??= this.measure().finally(() => (this.measuring = undefined));
  }
}

function forget(): void {
  oldestUndeliveredSeconds.reset();
  deliveryLatenessSeconds.remove();
}
