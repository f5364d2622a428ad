import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
  Query,
  UnprocessableEntityException,
  UseGuards,
} from '@nestjs/common';
import { AdminGuard, pageOf, readBody, readQuery, rowPage } from '@switchyard/admin-api';
import type { Page } from '@switchyard/admin-api';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { activityTypeOf } from '../activities/activity-type';
import type { Issue } from '../issues/issue';
import { shortIdOf } from '../issues/issue';
import { IssueService } from '../issues/issue.service';
import { OrganizationStore } from '../organizations/organization.store';
import { ThreadWorker } from '../slack-threads/thread-worker';
import { changeBody, id, issueBody } from './domain.schemas';
import { missing } from './missing';

interface ActivityRow {
  readonly id: string;
  readonly type: number;
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** Issues and what happens to them. */
@Controller('admin/api/issues/:id')
@UseGuards(AdminGuard)
export class IssuesController {
  constructor(
    private readonly issues: IssueService,
    private readonly organizations: OrganizationStore,
    private readonly threads: ThreadWorker,
    @Inject(PG_POOL) private readonly pool: Pool,
  ) {}

  @Get()
  async issue(@Param('id') given: string): Promise<Issue & { shortId: string | undefined }> {
    return shown((await this.issues.find(readBody(id, given))) ?? missing('issue'));
  }

  @Put()
  async put(@Param('id') given: string, @Body() body: unknown): Promise<Issue & { shortId: string | undefined }> {
    const issue = await this.issues.put({ id: readBody(id, given), ...readBody(issueBody, body) });
    return shown(issue ?? missing('project'));
  }

  /** What is so already is answered with the present state and leaves no activity. */
  @Post('changes')
  @HttpCode(200)
  async change(@Param('id') given: string, @Body() body: unknown) {
    const issueId = readBody(id, given);
    const { userId, change } = readBody(changeBody, body);
    const result = await this.issues.change(issueId, change, { member: await this.memberOf(issueId, userId) });
    switch (result.kind) {
      case 'no_issue':
        return missing('issue');
      case 'refused':
        throw new UnprocessableEntityException({ error: 'refused', detail: result.because });
      case 'unchanged':
        return { issue: shown(result.issue), activityId: null };
      case 'changed':
        this.threads.nudge();
        return { issue: shown(result.issue), activityId: result.activityId };
    }
  }

  /** The newest first. */
  @Get('activities')
  async activities(@Param('id') given: string, @Query() query: unknown): Promise<Page<object>> {
    const { limit, after } = readQuery(rowPage, query);
    const { rows } = await this.pool.query<ActivityRow>(
      `SELECT id::text, type, user_id::text AS "userId", data, created_at AS "createdAt" FROM activity
       WHERE issue_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY activity.id DESC LIMIT $3`,
      [readBody(id, given), after ?? null, limit + 1],
    );
    const named = rows.map((row) => ({ ...row, type: activityTypeOf(row.type) ?? String(row.type) }));
    return pageOf(named, limit, (row) => row.id);
  }

  private async memberOf(issueId: string, userId: string | undefined) {
    if (userId === undefined) return undefined;
    const issue = (await this.issues.find(issueId)) ?? missing('issue');
    return (await this.organizations.member(issue.organizationId, userId)) ?? missing('member');
  }
}

const shown = (issue: Issue) => ({ ...issue, shortId: shortIdOf(issue) });
