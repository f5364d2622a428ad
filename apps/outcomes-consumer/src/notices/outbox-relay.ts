import { inTransaction } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { EventStream } from '@switchyard/event-stream';

const BATCH_ROWS = 1_000;

interface OutboxRow {
  readonly id: string;
  readonly outcomeId: string;
  readonly topic: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Publishes outcomes that are booked. */
export class OutboxRelay {
  constructor(
    private readonly pool: Pool,
    private readonly stream: EventStream,
    private readonly physicalTopic: (logical: string) => string,
  ) {}

  /**
   * Publishes one batch and resolves to its size.
   *
   * A crash between publishing and marking publishes again, with the same ids: receivers count each once. Several relays may run.
   */
  publish(): Promise<number> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<OutboxRow>(
        `SELECT id, outcome_id AS "outcomeId", topic, body, headers FROM outcome_outbox
         WHERE published_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [BATCH_ROWS],
      );
      for (const topic of new Set(rows.map((row) => row.topic))) {
        const records = rows
          .filter((row) => row.topic === topic)
          .map(({ outcomeId, body, headers }) => ({ key: outcomeId, value: Buffer.from(body), headers }));
        await this.stream.publish(this.physicalTopic(topic), records);
      }
      if (rows.length > 0)
        await transaction.query('UPDATE outcome_outbox SET published_at = now() WHERE id = ANY ($1)', [
          rows.map(({ id }) => id),
        ]);
      return rows.length;
    });
  }

  /** Removes what was published a day ago. */
  async purge(): Promise<void> {
    await this.pool.query(`DELETE FROM outcome_outbox WHERE published_at < now() - interval '1 day'`);
  }
}
