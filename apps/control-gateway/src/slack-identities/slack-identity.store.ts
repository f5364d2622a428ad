import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Queryable } from '@switchyard/database';

/** Who somebody of a Slack workspace is in the product (slack.md §4.6). */
export interface SlackIdentity {
  /** Slack's own id: `U…`. */
  readonly slackUserId: string;
  readonly userId: string;
  readonly isNotified: boolean;
}

/** Which workspace and which person in it. */
export interface SlackPersonKey {
  readonly integrationId: string;
  readonly slackUserId: string;
}

const COLUMNS = `slack_user_id AS "slackUserId", user_id::text AS "userId", is_notified AS "isNotified"`;

/** Links between people in Slack and users of the product. Control decides; regions get a copy by themselves (migrations/0005). */
@Injectable()
export class SlackIdentityStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  async find({ integrationId, slackUserId }: SlackPersonKey): Promise<SlackIdentity | undefined> {
    const { rows } = await this.pool.query<SlackIdentity>(
      `SELECT ${COLUMNS} FROM slack_identity WHERE integration_id = $1 AND slack_user_id = $2`,
      [integrationId, slackUserId],
    );
    return rows[0];
  }

  /** The newest link wins: older ones of either side are gone. Linking again what is linked changes nothing. */
  link(key: SlackPersonKey, userId: string): Promise<void> {
    return inTransaction(this.pool, (transaction) => linkIn(transaction, key, userId));
  }

  /**
   * Links by a page that works once.
   *
   * @param nonce of the page's link
   * @returns false when the link was used before; nothing is changed then
   */
  linkOnce(key: SlackPersonKey, userId: string, nonce: string): Promise<boolean> {
    return this.once(nonce, (transaction) => linkIn(transaction, key, userId));
  }

  /** Unlinks, when the account is the one that is linked. */
  unlinkOnce({ integrationId, slackUserId }: SlackPersonKey, userId: string, nonce: string): Promise<boolean> {
    return this.once(nonce, async (transaction) => {
      await transaction.query(
        'DELETE FROM slack_identity WHERE integration_id = $1 AND slack_user_id = $2 AND user_id = $3',
        [integrationId, slackUserId, userId],
      );
    });
  }

  async remove({ integrationId, slackUserId }: SlackPersonKey): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'DELETE FROM slack_identity WHERE integration_id = $1 AND slack_user_id = $2',
      [integrationId, slackUserId],
    );
    return rowCount === 1;
  }

  /** Remembers that somebody wants notifications in Slack; false when they are not linked. */
  async notify({ integrationId, slackUserId }: SlackPersonKey): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'UPDATE slack_identity SET is_notified = true WHERE integration_id = $1 AND slack_user_id = $2',
      [integrationId, slackUserId],
    );
    return rowCount === 1;
  }

  /** A page in the order of Slack's ids. */
  async list(integrationId: string, after: string, limit: number): Promise<readonly SlackIdentity[]> {
    const { rows } = await this.pool.query<SlackIdentity>(
      `SELECT ${COLUMNS} FROM slack_identity WHERE integration_id = $1 AND slack_user_id > $2
       ORDER BY slack_user_id LIMIT $3`,
      [integrationId, after, limit],
    );
    return rows;
  }

  private once(nonce: string, act: (transaction: Queryable) => Promise<void>): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      const used = await transaction.query(
        'INSERT INTO slack_link_used (nonce) VALUES ($1) ON CONFLICT (nonce) DO NOTHING',
        [nonce],
      );
      if (used.rowCount !== 1) return false;
      // Links are good for an hour; what is older than two was refused by its age.
      await transaction.query(`DELETE FROM slack_link_used WHERE used_at < now() - interval '2 hours'`);
      await act(transaction);
      return true;
    });
  }
}

async function linkIn(
  transaction: Queryable,
  { integrationId, slackUserId }: SlackPersonKey,
  userId: string,
): Promise<void> {
  await transaction.query(
    'DELETE FROM slack_identity WHERE integration_id = $1 AND user_id = $2 AND slack_user_id <> $3',
    [integrationId, userId, slackUserId],
  );
  await transaction.query(
    `INSERT INTO slack_identity (integration_id, slack_user_id, user_id) VALUES ($1, $2, $3)
     ON CONFLICT (integration_id, slack_user_id) DO UPDATE SET user_id = excluded.user_id, date_linked = now(), is_notified = false
     WHERE slack_identity.user_id <> excluded.user_id`,
    [integrationId, slackUserId, userId],
  );
}
