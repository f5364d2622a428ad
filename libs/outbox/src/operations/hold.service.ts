import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { HintPublisher } from '../hint.publisher';
import { audit } from '@switchyard/audit-log';

/**
 * What a hold covers: one mailbox, all of an integration's, those in one region, all of a region's. One of an organization covers nothing
 * itself: it stands for holds of its integrations.
 */
export const HOLD_SCOPES = ['mailbox', 'integration', 'integration_region', 'organization', 'region'] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** Mailboxes that are not delivered for now. */
export interface Hold {
  readonly scope: HoldScope;
  readonly value: string;
  readonly reason: string;
  readonly actor: string;
  readonly heldAt: Date;
}

/** Mailboxes woken up at once when a hold ends; the sweeper finds the others. */
const WOKEN_MAX = 1_000;

/** Holds and releases mailboxes. Storing goes on, so nothing is lost; a delivery that is under way ends. */
@Injectable()
export class HoldService {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly hints: HintPublisher,
  ) {}

  async list(): Promise<readonly Hold[]> {
    const { rows } = await this.pool.query<Hold>(
      'SELECT scope, value, reason, actor, held_at AS "heldAt" FROM hold ORDER BY scope, value LIMIT 1000',
    );
    return rows;
  }

  /** Idempotent; the first reason stays. */
  async hold(scope: HoldScope, value: string, reason: string, actor: string): Promise<void> {
    await inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query(
        'INSERT INTO hold (scope, value, reason, actor) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [scope, value, reason, actor],
      );
      if ((rowCount ?? 0) > 0) await audit(transaction, actor, 'hold', `${scope} ${value}`, { reason });
    });
  }

  /** Whether there was such a hold. What it covered goes on within the sweeper's interval at the latest. */
  async release(scope: HoldScope, value: string, actor: string): Promise<boolean> {
    const isReleased = await inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query('DELETE FROM hold WHERE scope = $1 AND value = $2', [scope, value]);
      if ((rowCount ?? 0) === 0) return false;
      await audit(transaction, actor, 'release', `${scope} ${value}`);
      return true;
    });
    if (isReleased && scope === 'mailbox') this.hints.announce(value);
    return isReleased;
  }

  /** Makes mailboxes due that wait for the end of a backoff; resolves to how many. */
  async retryNow(mailboxes: readonly string[], actor: string): Promise<number> {
    const names = mailboxes.slice(0, WOKEN_MAX);
    const { rows } = await inTransaction(this.pool, async (transaction) => {
      const result = await transaction.query<{ name: string }>(
        `UPDATE mailbox SET due_at = '-infinity' WHERE name = ANY ($1) AND due_at > now() RETURNING name`,
        [names],
      );
      await audit(transaction, actor, 'retry_now', `${names.length} mailboxes`, { mailboxes: names.slice(0, 20) });
      return result;
    });
    for (const { name } of rows) this.hints.announce(name);
    return rows.length;
  }
}
