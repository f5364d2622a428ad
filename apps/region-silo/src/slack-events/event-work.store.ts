import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import type { WorkMeaning } from './event-meaning';

/** What is done in Slack about an event. */
export interface EventWork {
  readonly id: string;
  readonly integrationId: string;
  readonly meaning: WorkMeaning;
  readonly attempts: number;
  /** How often a process died over it. */
  readonly crashes: number;
  readonly ageSeconds: number;
}

/** Far longer than any answer of Slack takes: whoever has it for so long is dead. */
const LEASE_SECONDS = 60;

/** Work that events make. It is written with the event's record, so that both are there or neither, and leaves when it is done. */
@Injectable()
export class EventWorkStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  async add(transaction: Transaction, integrationId: string, meaning: WorkMeaning): Promise<void> {
    await transaction.query('INSERT INTO slack_event_work (integration_id, meaning) VALUES ($1, $2)', [
      integrationId,
      JSON.stringify(meaning),
    ]);
  }

  /** The next piece that is due, for this process alone. */
  async claim(): Promise<EventWork | undefined> {
    const { rows } = await this.pool.query<EventWork>(
      `UPDATE slack_event_work SET crashes = crashes + is_sending::integer, is_sending = true,
         due_at = now() + $1::float8 * interval '1 second'
       WHERE id = (SELECT id FROM slack_event_work WHERE due_at <= now() ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING id::text, integration_id::text AS "integrationId", meaning, attempts, crashes,
         extract(epoch FROM now() - date_added)::float8 AS "ageSeconds"`,
      [LEASE_SECONDS],
    );
    return rows[0];
  }

  async done(id: string): Promise<void> {
    await this.pool.query('DELETE FROM slack_event_work WHERE id = $1', [id]);
  }

  /** Again later: nothing was posted. */
  async postpone(id: string, waitMs: number): Promise<void> {
    await this.pool.query(
      `UPDATE slack_event_work SET is_sending = false, attempts = attempts + 1,
         due_at = now() + $2::float8 * interval '1 millisecond' WHERE id = $1`,
      [id, waitMs],
    );
  }
}
