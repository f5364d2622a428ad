import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool, Queryable } from '@switchyard/database';
import claimRefreshesSql from './claim-refreshes.sql';
import lastChangeSql from './last-change.sql';

/** A message of an alert that is to show its issue anew. */
export interface ClaimedRefresh {
  readonly messageId: string;
  readonly revision: number;
  readonly attempts: number;
  readonly integrationId: string;
  readonly channelId: string;
  readonly ts: string;
  readonly issueId: string;
  readonly ruleId: string;
}

/** The last change of an issue that a message shows, and who made it. */
export interface LastChange {
  readonly type: number;
  /** Null: the product itself. */
  readonly slackUserId: string | null;
  readonly name: string | null;
}

/** An issue with more alerts than this shows what it is in the newest of them. */
const PARENTS_MAX = 100;
const CLAIM_SECONDS = 30;

/** Rows of messages that no longer show what their issue is. */
@Injectable()
export class ParentRefreshStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Asks for the messages of an issue, in the transaction that changes it; each at most once in `everySeconds`. */
  async ask(transaction: Queryable, issueId: string, everySeconds: number): Promise<void> {
    await transaction.query(
      `INSERT INTO slack_parent_refresh AS refresh (message_id, due_at)
       SELECT message.id, now()
       FROM rule_fire_history AS history JOIN notification_message AS message ON message.rule_fire_history_id = history.id
       WHERE history.issue_id = $1 AND message.parent_notification_message_id IS NULL AND message.state = 'sent'
         AND message.message_identifier IS NOT NULL AND message.unreachable_reason IS NULL
       ORDER BY message.id DESC LIMIT $2
       ON CONFLICT (message_id) DO UPDATE SET revision = refresh.revision + 1, attempts = 0,
         due_at = greatest(now(), refresh.refreshed_at + $3::float8 * interval '1 second')`,
      [issueId, PARENTS_MAX, everySeconds],
    );
  }

  async claim(limit: number): Promise<readonly ClaimedRefresh[]> {
    const { rows } = await this.pool.query<ClaimedRefresh>(claimRefreshesSql, [limit, CLAIM_SECONDS]);
    return rows;
  }

  async lastChange(issueId: string, integrationId: string, types: readonly number[]): Promise<LastChange | undefined> {
    const { rows } = await this.pool.query<LastChange>(lastChangeSql, [issueId, integrationId, types]);
    return rows[0];
  }

  /** It shows what was, when it was claimed; what changed meanwhile is due later. */
  async done({ messageId, revision }: ClaimedRefresh, everySeconds: number): Promise<void> {
    await this.pool.query(
      `UPDATE slack_parent_refresh SET refreshed_at = now(), attempts = 0,
         due_at = CASE WHEN revision = $2 THEN NULL ELSE now() + $3::float8 * interval '1 second' END
       WHERE message_id = $1`,
      [messageId, revision, everySeconds],
    );
  }

  async later({ messageId }: ClaimedRefresh, waitMs: number, countsAttempt: boolean): Promise<void> {
    await this.pool.query(
      `UPDATE slack_parent_refresh SET due_at = now() + $2::float8 * interval '1 millisecond', attempts = attempts - $3::integer
       WHERE message_id = $1`,
      [messageId, waitMs, countsAttempt ? 0 : 1],
    );
  }

  /** It stays as it is, until its issue changes again; a change that came since it was claimed keeps its turn. */
  async giveUp({ messageId, revision }: ClaimedRefresh): Promise<void> {
    await this.pool.query('UPDATE slack_parent_refresh SET due_at = NULL WHERE message_id = $1 AND revision = $2', [
      messageId,
      revision,
    ]);
  }
}
