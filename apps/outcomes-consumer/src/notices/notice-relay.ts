import { inTransaction } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { Queue } from 'bullmq';
import type { NoticeJob } from './notice';

const BATCH_ROWS = 200;
const ATTEMPTS = 10;
const BACKOFF_MS = 1_000;

/** Makes jobs of notices. */
export class NoticeRelay {
  constructor(
    private readonly pool: Pool,
    private readonly queue: Queue<NoticeJob>,
  ) {}

  /** Sends one batch and resolves to its size; rejects when the queue is away, and then the rows wait. */
  send(): Promise<number> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{ id: string; kind: string; data: Record<string, unknown> }>(
        'SELECT id, kind, data FROM notice WHERE sent_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED',
        [BATCH_ROWS],
      );
      if (rows.length === 0) return 0;
      await this.queue.addBulk(
        rows.map(({ id, kind, data }) => ({
          name: kind,
          data: { noticeId: id, kind, data },
          opts: { jobId: `notice-${id}`, attempts: ATTEMPTS, backoff: { type: 'exponential', delay: BACKOFF_MS } },
        })),
      );
      await transaction.query('UPDATE notice SET sent_at = now() WHERE id = ANY ($1)', [rows.map(({ id }) => id)]);
      return rows.length;
    });
  }
}
