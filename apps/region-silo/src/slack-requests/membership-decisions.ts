import { Injectable } from '@nestjs/common';
import { texts } from '@switchyard/slack';
import type { Verdict } from '../handlers/contract';
import { ProductUrls } from '../issue-messages/product-urls';
import { MembershipService } from '../memberships/membership.service';
import type { DecisionResult, MembershipRequest } from '../memberships/membership.service';
import { OrganizationStore } from '../organizations/organization.store';
import type { Organization } from '../organizations/organization.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import { IssueAccess } from './issue-access';
import { ResponseUrls } from './response-urls';
import { EMPTY, ephemeralText, NOT_HERE } from './slack-answer';
import type { SlackAction } from './slack-action';
import { SlackPeople } from './slack-person';

type MembershipAction = Extract<SlackAction, { kind: 'membership' }>;

/** Buttons that decide on somebody's membership (slack.md §5.6). */
@Injectable()
export class MembershipDecisions {
  constructor(
    private readonly memberships: MembershipService,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly organizations: OrganizationStore,
    private readonly people: SlackPeople,
    private readonly access: IssueAccess,
    private readonly urls: ProductUrls,
    private readonly responseUrls: ResponseUrls,
  ) {}

  async decide(action: MembershipAction, integrationId: string | undefined): Promise<Verdict> {
    const { organizationId, requestId, decision, place } = action;
    const organization = await this.organization(organizationId, integrationId);
    if (integrationId === undefined || organization === undefined) return NOT_HERE;
    const person = await this.people.find(integrationId, place.slackUserId, organizationId);
    if (person.kind === 'not_linked') return ephemeralText(this.access.linkFirst());
    const request = await this.memberships.find(organizationId, requestId);
    if (request?.state !== 'open') return ephemeralText(texts.requestGone(request?.email ?? action.email));
    if (person.kind === 'no_member') return ephemeralText(texts.noAccess());
    const result = await this.memberships.decide(requestId, decision, person.member);
    if (result.kind !== 'decided') return ephemeralText(refusalOf(result, request));
    const membersUrl = this.urls.of(organization.slug, 'members/');
    return this.show(action, texts.decided({ ...decidedOf(result.request), membersUrl }));
  }

  /** In the place of the buttons, so that nobody clicks them again. */
  private async show({ place }: MembershipAction, text: string): Promise<Verdict> {
    if (place.responseUrl === undefined) return ephemeralText(text);
    const message = { text, replace_original: true, response_type: 'in_channel' };
    return (await this.responseUrls.send(place.responseUrl, message, 'replace')) ? EMPTY : ephemeralText(text);
  }

  /** When it has this very workspace, and the workspace works. */
  private async organization(id: string, integrationId: string | undefined): Promise<Organization | undefined> {
    const workspace = integrationId === undefined ? undefined : await this.workspaces.find(integrationId);
    const isHere = workspace?.isActive === true && workspace.organizationIds.includes(id);
    return isHere ? this.organizations.find(id) : undefined;
  }
}

const decidedOf = ({ kind, email, state }: MembershipRequest) => ({
  request: kind,
  email,
  decision: state === 'approved' ? ('approved' as const) : ('rejected' as const),
});

function refusalOf(result: Exclude<DecisionResult, { kind: 'decided' }>, { email }: MembershipRequest): string {
  switch (result.kind) {
    case 'gone':
      return texts.requestGone(email);
    case 'may_not_decide':
      return texts.mayNotDecide();
    case 'role_too_high':
      return `You may not give the role ${result.role}. Somebody with that role has to decide.`;
  }
}
