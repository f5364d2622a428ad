import { Inject, Injectable } from '@nestjs/common';
import { texts } from '@switchyard/slack';
import { AlertRuleStore } from '../alert-rules/alert-rule.store';
import type { AlertRule } from '../alert-rules/alert-rule.store';
import { IssueService } from '../issues/issue.service';
import type { Issue } from '../issues/issue';
import { mayDo } from '../organizations/member';
import type { Member } from '../organizations/member';
import { OrganizationStore } from '../organizations/organization.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { SLACK_THREAD_SETTINGS } from '../slack-threads/slack-thread.settings';
import type { SlackThreadSettings } from '../slack-threads/slack-thread.settings';
import { LinkUrls } from './link-urls';
import type { ClickPlace } from './slack-action';
import { SlackPeople } from './slack-person';

/** Name of the slash command, with its slash. */
export const SLACK_COMMAND = Symbol('SLACK_COMMAND');

/** What an issue message is about. */
export interface IssueReference {
  readonly issue: string;
  readonly rule?: string | undefined;
}

/** An issue that a workspace may see. */
export interface VisibleIssue {
  readonly issue: Issue;
  readonly rule: AlertRule | undefined;
  readonly workspace: SlackWorkspace;
}

/** Whether somebody may change issues of an organization; otherwise what to tell them. */
export type PersonVerdict =
  { readonly kind: 'allowed'; readonly member: Member } | { readonly kind: 'refused'; readonly text: string };

/** Who in Slack may see and change which issue (slack.md §5.3, §5.4). */
@Injectable()
export class IssueAccess {
  constructor(
    private readonly issues: IssueService,
    private readonly rules: AlertRuleStore,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly organizations: OrganizationStore,
    private readonly people: SlackPeople,
    private readonly links: LinkUrls,
    @Inject(SLACK_THREAD_SETTINGS) private readonly naming: SlackThreadSettings,
    @Inject(SLACK_COMMAND) private readonly slackCommand: string,
  ) {}

  /** The issue, when its organization has this very workspace and the workspace works; the rule, when it is of the same project. */
  async visible(integrationId: string | undefined, reference: IssueReference): Promise<VisibleIssue | undefined> {
    const workspace = integrationId === undefined ? undefined : await this.workspaces.find(integrationId);
    if (workspace?.isActive !== true) return undefined;
    const issue = await this.issues.find(reference.issue);
    if (issue === undefined || !workspace.organizationIds.includes(issue.organizationId)) return undefined;
    const rule = reference.rule === undefined ? undefined : await this.rules.find(reference.rule);
    return { issue, rule: rule?.projectId === issue.projectId ? rule : undefined, workspace };
  }

  /** Whether the person may change issues of the organization. */
  async mayChange(
    place: ClickPlace,
    { integrationId }: SlackWorkspace,
    organizationId: string,
  ): Promise<PersonVerdict> {
    const person = await this.people.find(integrationId, place.slackUserId, organizationId);
    switch (person.kind) {
      case 'not_linked':
        return { kind: 'refused', text: this.notLinked(place, integrationId) };
      case 'no_member':
        return { kind: 'refused', text: await this.notAMember(place, integrationId, organizationId, person.email) };
      case 'member':
        return mayDo(person.member.role, 'event:write')
          ? { kind: 'allowed', member: person.member }
          : { kind: 'refused', text: 'Your role does not let you change issues there. Nothing was changed.' };
    }
  }

  /** What anything that went wrong is called. */
  notDone(): string {
    return texts.notDone(this.wording);
  }

  linkFirst(): string {
    return texts.linkFirst(this.wording);
  }

  private get wording() {
    return { product: this.naming.productName, slackCommand: this.slackCommand };
  }

  private notLinked({ teamId, slackUserId, channelId }: ClickPlace, integrationId: string): string {
    const url = this.links.of('link_identity', { integrationId, teamId, slackUserId, channelId });
    return url === undefined ? this.linkFirst() : texts.notLinked(this.wording, url);
  }

  private async notAMember(
    { teamId, slackUserId, channelId }: ClickPlace,
    integrationId: string,
    organizationId: string,
    email = 'another account',
  ): Promise<string> {
    const name = (await this.organizations.find(organizationId))?.name ?? 'the organization';
    const url = this.links.of('unlink_identity', { integrationId, teamId, slackUserId, channelId });
    return url === undefined ? texts.noAccess() : texts.notAMember(email, name, url);
  }
}
