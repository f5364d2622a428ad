import { createHash, timingSafeEqual } from 'node:crypto';
import { ForbiddenException, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { ADMIN_SETTINGS, TokenStore } from '@switchyard/admin-api';
import type { AdminSettings } from '@switchyard/admin-api';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';

/** Which projects of the organization may be seen; `undefined`: all. */
export type VisibleProjects = readonly number[] | undefined;

/** Decides who may see what; every way to usage goes through here. */
@Injectable()
export class UsageAccess {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    private readonly adminTokens: TokenStore,
  ) {}

  /**
   * The projects that a bearer token may see of an organization.
   *
   * @throws UnauthorizedException without a token that is known, ForbiddenException for another organization
   */
  async visibleProjects(authorization: string | undefined, orgId: number): Promise<VisibleProjects> {
    const [, token] = /^Bearer (\S{1,512})$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw new UnauthorizedException({ detail: 'send a token as Bearer token' });
    const digest = sha256(token);
    if (timingSafeEqual(digest, sha256(this.settings.adminToken))) return undefined;
    const { rows } = await this.pool.query<{ org: string; projects: string[] | null }>(
      'SELECT org_id AS org, project_ids AS projects FROM usage_token WHERE token_sha256 = $1',
      [digest],
    );
    const [row] = rows;
    // Whoever may use the admin API sees the usage of all.
    if (row === undefined && (await this.adminTokens.use(token)) !== undefined) return undefined;
    if (row === undefined) throw new UnauthorizedException({ detail: 'this token is not known' });
    if (row.org !== String(orgId)) throw new ForbiddenException({ detail: 'this token is of another organization' });
    return row.projects?.map(Number);
  }

  /**
   * The projects that a question is about: the named ones if all of them may be seen, else all that may.
   *
   * The filter is applied whatever the question groups by (the reference leaves it out for some groupings).
   *
   * @throws ForbiddenException
   */
  narrow(named: readonly number[] | undefined, visible: VisibleProjects): VisibleProjects {
    if (visible === undefined) return named;
    if (named === undefined) return visible;
    if (named.every((project) => visible.includes(project))) return named;
    throw new ForbiddenException({ detail: 'a project that was asked for may not be seen' });
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
