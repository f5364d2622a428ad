import { Body, Controller, Delete, Get, HttpCode, Param, Put, UseGuards } from '@nestjs/common';
import { AdminGuard, readBody } from '@switchyard/admin-api';
import { OrganizationStore } from '../organizations/organization.store';
import type { Organization } from '../organizations/organization.store';
import { id, memberBody, organizationBody, projectBody, teamBody } from './domain.schemas';
import { missing } from './missing';

/** Organizations, people, teams and projects, as a product tells them. Every PUT is idempotent. */
@Controller('admin/api')
@UseGuards(AdminGuard)
export class OrganizationsController {
  constructor(private readonly store: OrganizationStore) {}

  @Get('organizations/:id')
  async organization(@Param('id') given: string): Promise<Organization> {
    return (await this.store.find(readBody(id, given))) ?? missing('organization');
  }

  @Put('organizations/:id')
  @HttpCode(204)
  async putOrganization(@Param('id') given: string, @Body() body: unknown): Promise<void> {
    await this.store.put({ id: readBody(id, given), ...readBody(organizationBody, body) });
  }

  @Put('organizations/:id/members/:userId')
  @HttpCode(204)
  async putMember(@Param('id') given: string, @Param('userId') user: string, @Body() body: unknown): Promise<void> {
    const member = { organizationId: readBody(id, given), userId: readBody(id, user), ...readBody(memberBody, body) };
    if (!(await this.store.putMember(member))) missing('organization');
  }

  @Delete('organizations/:id/members/:userId')
  @HttpCode(204)
  async removeMember(@Param('id') given: string, @Param('userId') user: string): Promise<void> {
    if (!(await this.store.removeMember(readBody(id, given), readBody(id, user)))) missing('member');
  }

  @Put('teams/:id')
  @HttpCode(204)
  async putTeam(@Param('id') given: string, @Body() body: unknown): Promise<void> {
    if (!(await this.store.putTeam({ id: readBody(id, given), ...readBody(teamBody, body) }))) missing('organization');
  }

  @Put('projects/:id')
  @HttpCode(204)
  async putProject(@Param('id') given: string, @Body() body: unknown): Promise<void> {
    const project = { id: readBody(id, given), ...readBody(projectBody, body) };
    if (!(await this.store.putProject(project))) missing('organization');
  }
}
