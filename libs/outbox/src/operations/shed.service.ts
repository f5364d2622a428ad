/*
 * Load shedding: an operator turns away what a provider, or one integration of it, sends (spec: gateway.md §5.10, W-24).
 *
 * It is asked for every request that would be stored, so the answer comes from memory; every process looks at the table once a
 * second. While the table cannot be read the last known state goes on.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { audit } from '@switchyard/audit-log';

/** What is turned away. */
export interface Shed {
  readonly provider: string;
  /** `null` for the whole provider. */
  readonly integrationId: string | null;
  readonly reason: string;
  readonly actor: string;
  readonly shedAt: Date;
}

const REFRESH_MS = 1_000;
const ALL = '0';

@Injectable()
export class ShedService implements OnApplicationBootstrap, OnModuleDestroy {
  private known: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.timer = setInterval(() => (this.refreshing = this.refresh()), REFRESH_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.refreshing;
  }

  /** Whether to turn a request away. */
  isShed(provider: string, integrationId: string | undefined): boolean {
    if (this.known.size === 0) return false;
    return (
      this.known.has(keyOf(provider, ALL)) ||
      (integrationId !== undefined && this.known.has(keyOf(provider, integrationId)))
    );
  }

  async list(): Promise<readonly Shed[]> {
    const { rows } = await this.pool.query<Shed>(
      `SELECT provider, nullif(integration_id, 0)::text AS "integrationId", reason, actor, shed_at AS "shedAt"
       FROM shed ORDER BY provider, integration_id LIMIT 1000`,
    );
    return rows;
  }

  /** Idempotent; the first reason stays. Other processes follow within a second or two. */
  async put(provider: string, integrationId: string | undefined, reason: string, actor: string): Promise<void> {
    await inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query(
        'INSERT INTO shed (provider, integration_id, reason, actor) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [provider, integrationId ?? ALL, reason, actor],
      );
      if ((rowCount ?? 0) > 0)
        await audit(transaction, actor, 'shed', keyOf(provider, integrationId ?? 'all'), { reason });
    });
    await this.refresh();
  }

  /** Whether there was such a condition. */
  async remove(provider: string, integrationId: string | undefined, actor: string): Promise<boolean> {
    const isRemoved = await inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query('DELETE FROM shed WHERE provider = $1 AND integration_id = $2', [
        provider,
        integrationId ?? ALL,
      ]);
      if ((rowCount ?? 0) === 0) return false;
      await audit(transaction, actor, 'unshed', keyOf(provider, integrationId ?? 'all'));
      return true;
    });
    await this.refresh();
    return isRemoved;
  }

  private async refresh(): Promise<void> {
    try {
      const { rows } = await this.pool.query<{ provider: string; integration_id: string }>(
        'SELECT provider, integration_id::text FROM shed LIMIT 10000',
      );
      this.known = new Set(rows.map((row) => keyOf(row.provider, row.integration_id)));
    } catch (error) {
      this.logger.warn({ error }, 'shed.refresh_failed');
    }
  }
}

const keyOf = (provider: string, integrationId: string): string => `${provider}:${integrationId}`;
