import { Body, Controller, Get, HttpCode, Param, Put, Query, UseGuards } from '@nestjs/common';
import { AdminGuard, pageOf, readBody, readQuery, rowPage } from '@switchyard/admin-api';
import type { Page } from '@switchyard/admin-api';
import { MembershipService } from '../memberships/membership.service';
import type { MembershipRequest } from '../memberships/membership.service';
import { id, membershipBody } from './domain.schemas';
import { missing } from './missing';

/** Requests for membership, as the product tells them; people decide on them in Slack. */
@Controller('admin/api/organizations/:id/membership-requests')
@UseGuards(AdminGuard)
export class MembershipsController {
  constructor(private readonly memberships: MembershipService) {}

  @Get()
  async list(@Param('id') given: string, @Query() query: unknown): Promise<Page<MembershipRequest>> {
    const { limit, after } = readQuery(rowPage, query);
    const rows = await this.memberships.list(readBody(id, given), limit + 1, after);
    return pageOf(rows, limit, (request) => request.id);
  }

  @Put(':requestId')
  @HttpCode(204)
  async put(@Param('id') given: string, @Param('requestId') request: string, @Body() body: unknown): Promise<void> {
    const keys = { id: readBody(id, request), organizationId: readBody(id, given) };
    if (!(await this.memberships.put({ ...keys, ...readBody(membershipBody, body) }))) missing('organization');
  }
}
