import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { FedSlackIdentities } from '@switchyard/silo';

/** Who somebody of a workspace is in the product. Control decides; the region keeps a copy (spec: slack.md §4.6, §6.5). */
export interface SlackIdentity {
  /** Slack's own id: `U…`. */
  readonly slackUserId: string;
  readonly userId: string;
}

/** Links between people of a Slack workspace and users of the product, one to one within a workspace. */
@Injectable()
export class SlackIdentityStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** The newest link wins: older ones of either side are gone. */
  async put(integrationId: string, { slackUserId, userId }: SlackIdentity): Promise<void> {
    await this.pool.query(
      `WITH gone AS (DELETE FROM slack_identity WHERE integration_id = $1 AND user_id = $3 AND slack_user_id <> $2)
       INSERT INTO slack_identity (integration_id, slack_user_id, user_id) VALUES ($1, $2, $3)
       ON CONFLICT (integration_id, slack_user_id) DO UPDATE SET user_id = excluded.user_id`,
      [integrationId, slackUserId, userId],
    );
  }

  /** Makes the people of a stretch exactly these (see `FedSlackIdentities`). */
  async replace({ integrationId, after, until, identities }: FedSlackIdentities): Promise<void> {
    await inTransaction(this.pool, async (transaction) => {
      await transaction.query(
        `DELETE FROM slack_identity WHERE integration_id = $1
           AND (slack_user_id > $2 AND ($3::text IS NULL OR slack_user_id <= $3) OR user_id = ANY ($4::bigint[]))`,
        [integrationId, after, until, identities.map(({ userId }) => userId)],
      );
      await transaction.query(
        `INSERT INTO slack_identity (integration_id, slack_user_id, user_id)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[])`,
        [integrationId, identities.map(({ slackUserId }) => slackUserId), identities.map(({ userId }) => userId)],
      );
    });
  }

  async remove(integrationId: string, slackUserId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      'DELETE FROM slack_identity WHERE integration_id = $1 AND slack_user_id = $2',
      [integrationId, slackUserId],
    );
    return rowCount === 1;
  }

  /** The user of the product, or `undefined` when the person is not linked. */
  async userOf(integrationId: string, slackUserId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ userId: string }>(
      'SELECT user_id::text AS "userId" FROM slack_identity WHERE integration_id = $1 AND slack_user_id = $2',
      [integrationId, slackUserId],
    );
    return rows[0]?.userId;
  }

  /** The person in the workspace, or `undefined` when the user has none there. */
  async slackUserOf(integrationId: string, userId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ slackUserId: string }>(
      'SELECT slack_user_id AS "slackUserId" FROM slack_identity WHERE integration_id = $1 AND user_id = $2',
      [integrationId, userId],
    );
    return rows[0]?.slackUserId;
  }
}
