import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { MEMBER_COLUMNS } from './member';
import type { Member, Role } from './member';

/** How an organization wants its Slack threads. */
export interface OrganizationOptions {
  readonly issueAlertsThreadFlag?: boolean | undefined;
  readonly metricAlertsThreadFlag?: boolean | undefined;
  readonly threadsReplyScope?: 'all' | 'newest_per_channel' | undefined;
  readonly threadsIncludeNotes?: boolean | undefined;
  /** What was done through a message makes no reply below it; absent: so it is. */
  readonly threadsSkipOwnMessage?: boolean | undefined;
}

/** An organization of the product. */
export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly options: OrganizationOptions;
}

/** A team with the people in it. */
export interface NewTeam {
  readonly id: string;
  readonly organizationId: string;
  readonly slug: string;
  readonly name: string;
  readonly members: readonly { readonly userId: string; readonly isAdmin: boolean }[];
}

/** A project with the teams that have it. */
export interface NewProject {
  readonly id: string;
  readonly organizationId: string;
  readonly slug: string;
  readonly name: string;
  readonly teamIds: readonly string[];
  readonly latestRelease: string | null;
}

/** Organizations, people, teams and projects, as the product tells them; every write is idempotent. */
@Injectable()
export class OrganizationStore {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  async find(id: string): Promise<Organization | undefined> {
    const { rows } = await this.pool.query<Organization>(
      'SELECT id::text, slug, name, options FROM organization WHERE id = $1',
      [id],
    );
    return rows[0];
  }

  async put({ id, slug, name, options }: Organization): Promise<void> {
    await this.pool.query(
      `INSERT INTO organization (id, slug, name, options) VALUES ($1, $2, $3, $4)
       ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, options = excluded.options`,
      [id, slug, name, options],
    );
  }

  async member(organizationId: string, userId: string): Promise<Member | undefined> {
    const { rows } = await this.pool.query<Member>(
      `SELECT ${MEMBER_COLUMNS} FROM member WHERE organization_id = $1 AND user_id = $2`,
      [organizationId, userId],
    );
    return rows[0];
  }

  /** False when there is no such organization. */
  async putMember({ organizationId, userId, email, name, username, role }: Member): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `INSERT INTO member (organization_id, user_id, email, name, username, role)
       SELECT id, $2, $3, $4, $5, $6 FROM organization WHERE id = $1
       ON CONFLICT (organization_id, user_id) DO UPDATE SET email = excluded.email, name = excluded.name,
         username = excluded.username, role = excluded.role`,
      [organizationId, userId, email, name, username, role satisfies Role],
    );
    return rowCount === 1;
  }

  async removeMember(organizationId: string, userId: string): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      await transaction.query(
        'DELETE FROM team_member USING team WHERE team.id = team_id AND team.organization_id = $1 AND user_id = $2',
        [organizationId, userId],
      );
      const { rowCount } = await transaction.query('DELETE FROM member WHERE organization_id = $1 AND user_id = $2', [
        organizationId,
        userId,
      ]);
      return rowCount === 1;
    });
  }

  /** False when there is no such organization, or the team is another one's. */
  putTeam({ id, organizationId, slug, name, members }: NewTeam): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query(
        `INSERT INTO team (id, organization_id, slug, name) SELECT $1, id, $3, $4 FROM organization WHERE id = $2
         ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name
         WHERE team.organization_id = excluded.organization_id`,
        [id, organizationId, slug, name],
      );
      if (rowCount === 0) return false;
      await transaction.query('DELETE FROM team_member WHERE team_id = $1', [id]);
      await transaction.query(
        `INSERT INTO team_member (team_id, user_id, is_admin)
         SELECT $1, user_id, is_admin FROM unnest($2::bigint[], $3::boolean[]) AS given (user_id, is_admin)`,
        [id, members.map(({ userId }) => userId), members.map(({ isAdmin }) => isAdmin)],
      );
      return true;
    });
  }

  /** False when there is no such organization, or the project is another one's. Teams of others are passed over. */
  putProject({ id, organizationId, slug, name, teamIds, latestRelease }: NewProject): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      const { rowCount } = await transaction.query(
        `INSERT INTO project (id, organization_id, slug, name, latest_release)
         SELECT $1, id, $3, $4, $5 FROM organization WHERE id = $2
         ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, latest_release = excluded.latest_release
         WHERE project.organization_id = excluded.organization_id`,
        [id, organizationId, slug, name, latestRelease],
      );
      if (rowCount === 0) return false;
      await transaction.query('DELETE FROM project_team WHERE project_id = $1', [id]);
      await transaction.query(
        'INSERT INTO project_team (project_id, team_id) SELECT $1, id FROM team WHERE id = ANY ($2) AND organization_id = $3',
        [id, teamIds, organizationId],
      );
      return true;
    });
  }
}
