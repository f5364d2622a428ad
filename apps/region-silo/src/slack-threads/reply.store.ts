import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import editedReplySql from './edited-reply.sql';

/** The reply that is next in its channel. */
export interface NextReply {
  readonly id: string;
  readonly integrationId: string;
  readonly channelId: string;
  readonly parentId: string;
  /** Of the message that it hangs under. */
  readonly threadTs: string;
  readonly attempts: number;
  readonly ageSeconds: number;
}

/** A reply that this process may post, with those that go out with it. */
export interface ClaimedReply extends NextReply {
  /** One text for each, in the order of the activities. */
  readonly lines: readonly string[];
  readonly activityIds: readonly string[];
  /** How many more wait than are shown. */
  readonly hidden: number;
  /** The bot's last reply in the thread, when these lines are to be added to it (slack.md §9.3). */
  readonly edited: EditedReply | undefined;
}

/** A reply that Slack has. */
export interface EditedReply {
  readonly ts: string;
  readonly lines: readonly string[];
}

/** Lines of one message; `edited-reply.sql` knows it, too. */
const FOLDED_MAX = 10;
const UNFINISHED = `state IN ('pending', 'sending')`;

/**
 * Rows of replies. pending → sending, committed before Slack is called → sent, failed, expired; or unknown, when nobody can say whether
 * Slack has it. One row of a channel at a time is `sending`: a unique index says so, to all processes.
 */
@Injectable()
export class ReplyStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /**
   * The first reply of each channel, of those whose time has come. A channel whose first one waits, or in which one
   * is in doubt, waits: what follows must not overtake.
   */
  async next(limit: number): Promise<readonly NextReply[]> {
    const { rows } = await this.pool.query<NextReply>(
      `SELECT head.id::text, head.integration_id::text AS "integrationId", head.channel_id AS "channelId",
         parent.id::text AS "parentId", parent.message_identifier AS "threadTs", head.attempts,
         extract(epoch FROM now() - head.date_added)::float8 AS "ageSeconds"
       FROM (SELECT DISTINCT ON (integration_id, channel_id) * FROM notification_message WHERE state IN ('pending', 'sending')
             ORDER BY integration_id, channel_id, (state = 'sending') DESC, id) AS head
         JOIN notification_message AS parent ON parent.id = head.parent_notification_message_id
       WHERE head.state = 'pending' AND head.next_attempt_at <= now()
         AND NOT EXISTS (SELECT FROM notification_message AS doubt WHERE doubt.integration_id = head.integration_id
           AND doubt.channel_id = head.channel_id AND doubt.state = 'unknown' AND doubt.error_reason <> 'unverified')
       ORDER BY head.id LIMIT $1`,
      [limit],
    );
    return rows;
  }

  /**
   * `undefined` when somebody else has the channel.
   *
   * @param editWindowSeconds how soon after a reply more of the same person is added to it; 0 for never
   */
  async claim(next: NextReply, editWindowSeconds: number): Promise<ClaimedReply | undefined> {
    try {
      return await inTransaction(this.pool, async (transaction) => {
        const { rows } = await transaction.query<{ id: string; text: string; activityId: string }>(
          `SELECT id::text, text, activity_id::text AS "activityId" FROM notification_message
           WHERE parent_notification_message_id = $1 AND state = 'pending' ORDER BY notification_message.id FOR UPDATE SKIP LOCKED`,
          [next.parentId],
        );
        if (rows[0]?.id !== next.id) return undefined;
        await transaction.query(
          `UPDATE notification_message SET state = 'sending', folded_ids = $2, date_updated = now() WHERE id = $1`,
          [next.id, rows.slice(1).map(({ id }) => id)],
        );
        const shown = rows.slice(0, FOLDED_MAX);
        const edited =
          editWindowSeconds === 0
            ? undefined
            : (await transaction.query<EditedReply>(editedReplySql, [next.id, editWindowSeconds])).rows[0];
        return {
          ...next,
          lines: shown.map(({ text }) => text),
          activityIds: rows.map(({ activityId }) => activityId),
          hidden: rows.length - shown.length,
          edited,
        };
      });
    } catch (error) {
      if ((error as { code?: unknown }).code === '23505') return undefined;
      throw error;
    }
  }

  /** It, and what went out with it, is there. */
  async sent(id: string, ts: string | undefined): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'sent', message_identifier = $2, error_code = NULL, error_reason = NULL, date_updated = now()
       WHERE (id = $1 OR id = ANY (SELECT unnest(folded_ids) FROM notification_message WHERE id = $1)) AND state <> 'sent'`,
      [id, ts ?? null],
    );
  }

  /** Not now; the channel waits with it. `countsAttempt` false: Slack asked for the pause. */
  async postpone(id: string, waitMs: number, reason: string, countsAttempt: boolean): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'pending', folded_ids = '{}', next_attempt_at = now() + $2::float8 * interval '1 millisecond',
         attempts = attempts + $4::integer, error_reason = $3, date_updated = now() WHERE id = $1`,
      [id, waitMs, reason, countsAttempt ? 1 : 0],
    );
  }

  fail(id: string, reason: string, status: number): Promise<void> {
    return this.failWhere('id = $1', id, reason, status);
  }

  /** Nothing more below a parent: what waits there has failed, and later activities pass it over. */
  async giveUpParent(parentId: string, reason: string, status: number): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET unreachable_reason = $2, date_updated = now() WHERE id = $1`,
      [parentId, reason],
    );
    await this.failWhere(`parent_notification_message_id = $1 AND ${UNFINISHED}`, parentId, reason, status);
  }

  /** Nothing more in a workspace. True for the first who says so. */
  async giveUpWorkspace(integrationId: string, reason: string, status: number): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `UPDATE slack_workspace SET broken_reason = $2, updated_at = now() WHERE integration_id = $1 AND broken_reason IS NULL`,
      [integrationId, reason],
    );
    await this.failWhere(`integration_id = $1 AND ${UNFINISHED}`, integrationId, reason, status);
    return rowCount === 1;
  }

  /** @param condition of this file, never of a caller's data; `$1` is `value` */
  private async failWhere(condition: string, value: string, reason: string, status: number): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'failed', folded_ids = '{}', error_reason = $2, error_code = $3, date_updated = now()
       WHERE ${condition}`,
      [value, reason, status],
    );
  }

  async expire(id: string): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'expired', error_reason = 'too_old', date_updated = now() WHERE id = $1`,
      [id],
    );
  }

  async becomeUnknown(id: string, reason: string): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'unknown', error_reason = $2, date_updated = now() WHERE id = $1`,
      [id, reason],
    );
  }

  /** What a process that died left in the middle: nobody knows whether Slack has it. */
  async findAbandoned(afterSeconds: number): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET state = 'unknown', error_reason = 'crashed', date_updated = now()
       WHERE state = 'sending' AND date_updated < now() - $1::float8 * interval '1 second'`,
      [afterSeconds],
    );
  }

  /** Those that have not been looked for. */
  async unknown(): Promise<readonly NextReply[]> {
    const { rows } = await this.pool.query<NextReply>(
      `SELECT message.id::text, message.integration_id::text AS "integrationId", message.channel_id AS "channelId",
         parent.id::text AS "parentId", parent.message_identifier AS "threadTs", message.attempts, 0::float8 AS "ageSeconds"
       FROM notification_message AS message JOIN notification_message AS parent ON parent.id = message.parent_notification_message_id
       WHERE message.state = 'unknown' AND message.error_reason <> 'unverified' ORDER BY message.id LIMIT 100`,
    );
    return rows;
  }
}
