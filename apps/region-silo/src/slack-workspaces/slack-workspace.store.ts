import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** A Slack workspace that organizations of this region have. */
export interface SlackWorkspace {
  readonly integrationId: string;
  /** Slack's own id. */
  readonly teamId: string;
  /** `undefined` when there is none. */
  readonly botToken: string | undefined;
  readonly isActive: boolean;
  /** Slack's word for why nothing can be done there any more. */
  readonly brokenReason: string | null;
  readonly organizationIds: readonly string[];
}

interface Row extends Omit<SlackWorkspace, 'botToken'> {
  readonly sealedToken: Buffer | null;
}

const COLUMNS = `integration_id::text AS "integrationId", team_id AS "teamId", sealed_token AS "sealedToken", is_active AS "isActive",
  broken_reason AS "brokenReason", organization_ids::text[] AS "organizationIds"`;

/** Workspaces with the tokens of their bots, sealed at rest. */
@Injectable()
export class SlackWorkspaceStore {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly keys: KeyRing,
  ) {}

  /** A new token mends what the old one broke; a team that was installed anew takes the place of the old installation. */
  async put(workspace: Omit<SlackWorkspace, 'brokenReason'>): Promise<void> {
    const { integrationId, teamId, botToken, isActive, organizationIds } = workspace;
    const before = await this.find(integrationId);
    const brokenReason = before?.botToken === botToken ? (before?.brokenReason ?? null) : null;
    const sealed = botToken === undefined ? null : this.keys.seal(Buffer.from(botToken), contextOf(integrationId));
    await inTransaction(this.pool, async (transaction) => {
      await transaction.query('DELETE FROM slack_workspace WHERE team_id = $1 AND integration_id <> $2', [
        teamId,
        integrationId,
      ]);
      await transaction.query(
        `INSERT INTO slack_workspace (integration_id, team_id, sealed_token, is_active, organization_ids, broken_reason)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (integration_id) DO UPDATE SET team_id = excluded.team_id, sealed_token = excluded.sealed_token,
           is_active = excluded.is_active, organization_ids = excluded.organization_ids,
           broken_reason = excluded.broken_reason, updated_at = now()`,
        [integrationId, teamId, sealed, isActive, organizationIds, brokenReason],
      );
    });
  }

  /** With all that is known of its people. */
  async remove(integrationId: string): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `WITH people AS (DELETE FROM slack_identity WHERE integration_id = $1)
       DELETE FROM slack_workspace WHERE integration_id = $1`,
      [integrationId],
    );
    return rowCount === 1;
  }

  async find(integrationId: string): Promise<SlackWorkspace | undefined> {
    const { rows } = await this.pool.query<Row>(`SELECT ${COLUMNS} FROM slack_workspace WHERE integration_id = $1`, [
      integrationId,
    ]);
    return rows[0] === undefined ? undefined : this.open(rows[0]);
  }

  /** Every workspace of an organization, whether it works or not. */
  async ofOrganization(organizationId: string): Promise<readonly SlackWorkspace[]> {
    const { rows } = await this.pool.query<Row>(
      `SELECT ${COLUMNS} FROM slack_workspace WHERE $1 = ANY (organization_ids) ORDER BY integration_id`,
      [organizationId],
    );
    return rows.map((row) => this.open(row));
  }

  private open({ sealedToken, ...row }: Row): SlackWorkspace {
    const botToken =
      sealedToken === null ? undefined : this.keys.open(sealedToken, contextOf(row.integrationId)).toString('utf8');
    return { ...row, botToken };
  }
}

const contextOf = (integrationId: string): string => `slack-workspace:${integrationId}`;
