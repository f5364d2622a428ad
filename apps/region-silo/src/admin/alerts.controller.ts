import { Body, Controller, Delete, HttpCode, Param, Post, Put, UseGuards } from '@nestjs/common';
import { AdminGuard, readBody } from '@switchyard/admin-api';
import { z } from 'zod';
import { AlertRuleStore } from '../alert-rules/alert-rule.store';
import { AlertService } from '../alert-rules/alert.service';
import type { AlertOutcome } from '../alert-rules/alert.service';
import { IssueService } from '../issues/issue.service';
import { OrganizationStore } from '../organizations/organization.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import { id, ruleBody } from './domain.schemas';
import { missing } from './missing';

const fireBody = z.strictObject({ issueId: id });
const workspaceBody = z.strictObject({
  teamId: z.string().regex(/^[A-Z0-9]{1,64}$/),
  botToken: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  isActive: z.boolean().default(true),
  organizationIds: z.array(id).max(10_000),
});

/** Alert rules, and the Slack workspaces that they tell. */
@Controller('admin/api')
@UseGuards(AdminGuard)
export class AlertsController {
  constructor(
    private readonly rules: AlertRuleStore,
    private readonly alerts: AlertService,
    private readonly issues: IssueService,
    private readonly organizations: OrganizationStore,
    private readonly workspaces: SlackWorkspaceStore,
  ) {}

  @Put('alert-rules/:id')
  @HttpCode(204)
  async putRule(@Param('id') given: string, @Body() body: unknown): Promise<void> {
    if (!(await this.rules.put({ id: readBody(id, given), ...readBody(ruleBody, body) }))) missing('project');
  }

  /** Tells the channels of a rule of an issue. */
  @Post('alert-rules/:id/fire')
  @HttpCode(200)
  async fire(@Param('id') given: string, @Body() body: unknown): Promise<{ channels: readonly AlertOutcome[] }> {
    const rule = (await this.rules.find(readBody(id, given))) ?? missing('rule');
    const issue = (await this.issues.find(readBody(fireBody, body).issueId)) ?? missing('issue');
    if (issue.projectId !== rule.projectId) return missing('issue in the project of the rule');
    const options = (await this.organizations.find(issue.organizationId))?.options;
    return { channels: await this.alerts.fire(rule, issue, options?.issueAlertsThreadFlag !== false) };
  }

  @Put('slack-workspaces/:id')
  @HttpCode(204)
  async putWorkspace(@Param('id') given: string, @Body() body: unknown): Promise<void> {
    const { botToken, ...workspace } = readBody(workspaceBody, body);
    await this.workspaces.put({ integrationId: readBody(id, given), botToken, ...workspace });
  }

  @Delete('slack-workspaces/:id')
  @HttpCode(204)
  async removeWorkspace(@Param('id') given: string): Promise<void> {
    if (!(await this.workspaces.remove(readBody(id, given)))) missing('workspace');
  }
}
