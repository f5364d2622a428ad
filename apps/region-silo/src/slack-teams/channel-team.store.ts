import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { escapeSlack } from '@switchyard/slack';
import { EventWorkStore } from '../slack-events/event-work.store';
import { MEMBER_COLUMNS } from '../organizations/member';
import type { Member } from '../organizations/member';

/** A channel of a workspace. */
export interface TeamChannel {
  readonly integrationId: string;
  readonly channelId: string;
}

/** A membership, with what the person may do with teams there. */
export interface TeamRights extends Member {
  /** Whether the person administers a team of the organization. */
  readonly isTeamAdmin: boolean;
}

/** A team that can be chosen. */
export interface ChoosableTeam {
  readonly id: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly slug: string;
}

/** What became of a link. `used`: it was used before, and nothing was changed. */
export type LinkResult = 'already_linked' | 'linked' | 'used';

/** Channels of teams, and who may link them (slack.md §6.3, §6.5). A channel is known by its id alone: names change. */
@Injectable()
export class ChannelTeamStore {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly work: EventWorkStore,
  ) {}

  /** Memberships of a user in some organizations. */
  async rights(userId: string, organizationIds: readonly string[]): Promise<readonly TeamRights[]> {
    const { rows } = await this.pool.query<TeamRights>(
      `SELECT ${MEMBER_COLUMNS}, EXISTS (SELECT FROM team JOIN team_member ON team_member.team_id = team.id
           WHERE team.organization_id = member.organization_id AND team_member.user_id = member.user_id AND is_admin) AS "isTeamAdmin"
       FROM member WHERE user_id = $1 AND organization_id = ANY ($2) ORDER BY member.organization_id`,
      [userId, organizationIds],
    );
    return rows;
  }

  /** Of the organizations, those that have a team in the channel. */
  async organizationsIn(channel: TeamChannel, organizationIds: readonly string[]): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT DISTINCT organization_id AS sort, organization_id::text AS id FROM slack_channel_team
       WHERE integration_id = $1 AND channel_id = $2 AND organization_id = ANY ($3) ORDER BY sort`,
      [channel.integrationId, channel.channelId, organizationIds],
    );
    return rows.map(({ id }) => id);
  }

  /** All teams of some organizations, and of others those that the user administers. */
  async choosable(
    userId: string,
    whole: readonly string[],
    others: readonly string[],
  ): Promise<readonly ChoosableTeam[]> {
    const { rows } = await this.pool.query<ChoosableTeam>(
      `SELECT team.id::text, organization_id::text AS "organizationId", organization.name AS "organizationName", team.slug
       FROM team JOIN organization ON organization.id = organization_id
       WHERE organization_id = ANY ($2) OR (organization_id = ANY ($3)
         AND EXISTS (SELECT FROM team_member WHERE team_id = team.id AND user_id = $1 AND is_admin))
       ORDER BY organization.name, team.slug LIMIT 1000`,
      [userId, whole, others],
    );
    return rows;
  }

  /** Links a team to a channel, by a link that works once, and tells the channel: all of it or nothing. */
  link(channel: TeamChannel, team: ChoosableTeam, by: { userId: string; use: LinkUse }): Promise<LinkResult> {
    return inTransaction(this.pool, async (transaction) => {
      if (!(await useLink(transaction, by.use))) return 'used';
      const { rowCount } = await transaction.query(
        `INSERT INTO slack_channel_team (integration_id, channel_id, organization_id, team_id, linked_by)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (team_id, integration_id) DO NOTHING`,
        [channel.integrationId, channel.channelId, team.organizationId, team.id, by.userId],
      );
      const text =
        rowCount === 1
          ? `Issue alerts of team #${escapeSlack(team.slug)} go to this channel.`
          : `Team #${escapeSlack(team.slug)} is already linked to a channel of this workspace.`;
      await this.work.add(transaction, channel.integrationId, { kind: 'told', channelId: channel.channelId, text });
      return rowCount === 1 ? 'linked' : 'already_linked';
    });
  }

  /** Takes all teams of an organization out of a channel; `undefined` when the link was used before. */
  unlink(channel: TeamChannel, organizationId: string, use: LinkUse): Promise<number | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      if (!(await useLink(transaction, use))) return undefined;
      const { rowCount } = await transaction.query(
        'DELETE FROM slack_channel_team WHERE integration_id = $1 AND channel_id = $2 AND organization_id = $3',
        [channel.integrationId, channel.channelId, organizationId],
      );
      const text = 'No team is linked to this channel any more.';
      await this.work.add(transaction, channel.integrationId, { kind: 'told', channelId: channel.channelId, text });
      return rowCount ?? 0;
    });
  }

  async wasUsed(nonce: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('SELECT FROM slack_used_link WHERE nonce = $1', [nonce]);
    return rowCount === 1;
  }
}

/** The use of a link, remembered until nobody can use it any more. */
export interface LinkUse {
  readonly nonce: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

/** False when it was used before. What is out of date leaves on the way. */
async function useLink(transaction: Transaction, { nonce, expiresAt, now }: LinkUse): Promise<boolean> {
  await transaction.query('DELETE FROM slack_used_link WHERE expires_at < $1', [now]);
  const { rowCount } = await transaction.query(
    'INSERT INTO slack_used_link (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [nonce, expiresAt],
  );
  return rowCount === 1;
}
