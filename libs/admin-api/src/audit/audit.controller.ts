import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { AuditLog } from '@switchyard/audit-log';
import type { AuditEntry } from '@switchyard/audit-log';
import { AdminGuard } from '../access/admin.guard';
import { pageOf, readQuery, rowPage } from '../page-query';
import type { Page } from '../page-query';

/** What operators did in this app. */
@Controller('admin/api/audit')
@UseGuards(AdminGuard)
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  async list(@Query() query: unknown): Promise<Page<AuditEntry>> {
    const { limit, after } = readQuery(rowPage, query);
    return pageOf(await this.log.list(limit + 1, after), limit, ({ id }) => id);
  }
}
