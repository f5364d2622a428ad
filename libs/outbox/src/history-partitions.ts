/*
 * Days of history come and go as partitions.
 *
 * Every process makes sure at its start and every few minutes that the coming days have theirs, and drops the days whose time is
 * over. Should nobody do it for days, rows go to the default partitions and nothing fails.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OUTBOX_SETTINGS, regionsWithPayload } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';

const DAYS_AHEAD = 3;
const DAY_MS = 86_400_000;

@Injectable()
export class HistoryPartitions implements OnApplicationBootstrap {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.maintain();
  }

  /** Adds and drops partitions; resolves to how many were dropped. Never throws: the next round tries again. */
  async maintain(): Promise<number> {
    try {
      let dropped = await this.maintainTable('delivery', this.settings.retentionDays);
      for (const region of regionsWithPayload(this.settings)) {
        await this.pool.query('SELECT add_payload_table($1)', [region]);
      }
      for (const { region, name } of await this.payloadTables()) {
        dropped += await this.maintainTable(name, this.settings.payloadDays[region] ?? 0);
      }
      return dropped;
    } catch (error) {
      this.logger.warn({ error }, 'history.maintenance_failed');
      return 0;
    }
  }

  /** Also of regions whose payloads are not kept any more: what is there leaves with its time. */
  private async payloadTables(): Promise<readonly { region: string; name: string }[]> {
    const { rows } = await this.pool.query<{ region: string; name: string }>(
      `SELECT relname AS name, substring(pg_get_expr(relpartbound, pg_class.oid) FROM $$'([^']*)'$$) AS region
       FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = 'delivery_payload'::regclass AND relkind = 'p'`,
    );
    return rows;
  }

  private async maintainTable(name: string, days: number): Promise<number> {
    const now = this.clock.now();
    const last = dayOf(now + DAYS_AHEAD * DAY_MS);
    await this.pool.query('SELECT add_day_partitions($1, $2, $3)', [name, dayOf(now), last]);
    const { rows } = await this.pool.query<{ dropped: number }>('SELECT drop_day_partitions($1, $2) AS dropped', [
      name,
      dayOf(now - days * DAY_MS),
    ]);
    return rows[0]?.dropped ?? 0;
  }
}

/** `2026-11-21`, in UTC. */
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
