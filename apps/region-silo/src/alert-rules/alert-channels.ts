import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import type { RuleAction } from './alert-rule.store';

/** What alerts must know of channels besides what their rules say. */
@Injectable()
export class AlertChannels {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Channels linked to the teams that have a project, but for those that a rule tells anyway; each once (slack.md §6.5). */
  async ofTeams(projectId: string, told: readonly RuleAction[]): Promise<readonly RuleAction[]> {
    const { rows } = await this.pool.query<RuleAction>(
      `SELECT DISTINCT ON (integration_id, channel_id) uuid::text, integration_id::text AS "integrationId", channel_id AS "channelId"
       FROM slack_channel_team JOIN project_team ON project_team.team_id = slack_channel_team.team_id
       WHERE project_id = $1 ORDER BY integration_id, channel_id, date_added, uuid`,
      [projectId],
    );
    const keyOf = ({ integrationId, channelId }: RuleAction): string => `${integrationId}:${channelId}`;
    const known = new Set(told.map(keyOf));
    return rows.filter((row) => !known.has(keyOf(row)));
  }

  /** Slack's word for why a channel takes no messages; `undefined` when it may. */
  async closedReason(integrationId: string, channelId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ reason: string }>(
      'SELECT reason FROM slack_closed_channel WHERE integration_id = $1 AND channel_id = $2',
      [integrationId, channelId],
    );
    return rows[0]?.reason;
  }
}
