import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { AdminGuard, pageOf, readQuery, rowPage } from '@switchyard/admin-api';
import type { Page } from '@switchyard/admin-api';
import listCommitsSql from './list-commits.sql';
import listExternalIssuesSql from './list-external-issues.sql';
import listPullRequestsSql from './list-pull-requests.sql';

/** A row with its id; the other columns are those of the statement. */
export interface Row {
  readonly id: string;
  readonly [column: string]: unknown;
}

/** What code hosts told this region, the newest first; for operators and the demo. */
@Controller('admin/api')
@UseGuards(AdminGuard)
export class CodeHostsController {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  @Get('commits')
  commits(@Query() query: unknown): Promise<Page<Row>> {
    return this.list(listCommitsSql, query);
  }

  @Get('pull-requests')
  pullRequests(@Query() query: unknown): Promise<Page<Row>> {
    return this.list(listPullRequestsSql, query);
  }

  @Get('external-issues')
  externalIssues(@Query() query: unknown): Promise<Page<Row>> {
    return this.list(listExternalIssuesSql, query);
  }

  private async list(sql: string, query: unknown): Promise<Page<Row>> {
    const { limit, after } = readQuery(rowPage, query);
    const { rows } = await this.pool.query<Row>(sql, [after ?? null, limit + 1]);
    return pageOf(rows, limit, ({ id }) => id);
  }
}
