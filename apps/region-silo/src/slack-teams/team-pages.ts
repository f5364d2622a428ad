import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { html, LINK_SECONDS, LinkTokens, page, PageForms, saying } from '@switchyard/slack';
import type { LinkFacts, Page } from '@switchyard/slack';
import { SlackIdentityStore } from '../slack-workspaces/slack-identity.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { ChannelTeamStore } from './channel-team.store';
import type { ChoosableTeam, LinkUse, TeamChannel, TeamRights } from './channel-team.store';
import { mayLinkEveryTeam, mayLinkTeams } from './team-rights';

/** A request for a page about teams, which passed the region guard. */
export interface TeamPageRequest {
  readonly purpose: 'link_team' | 'unlink_team';
  readonly token: string;
  /** Who is signed in in the browser, as the gateway says. */
  readonly userId: string | undefined;
  /** The fields of a `POST`; `undefined` for a `GET`. */
  readonly form: ReadonlyMap<string, string> | undefined;
}

interface Visit {
  readonly facts: LinkFacts;
  readonly nonce: string;
  readonly userId: string;
  readonly workspace: SlackWorkspace;
  readonly channel: TeamChannel;
  readonly rights: readonly TeamRights[];
}

const EXPIRED = saying(
  410,
  'This link has expired',
  'It works for an hour, and once. Type the command in Slack again.',
);
const FOREIGN = saying(403, 'This link is for somebody else', 'Sign in as the user whose Slack account asked for it.');
const NO_ROLE = saying(
  403,
  'You may not do this',
  'Only organization admins, managers and owners, and team admins can do this.',
);
const GONE = saying(404, 'There is nothing here', 'The workspace, the channel or the team is not there any more.');
const NO_TEAM = saying(404, 'There is no team to choose', 'There is no team that you may link to a channel.');
const BAD_FORM = saying(400, 'That form is not ours', 'Open the link again and send the form that it shows.');

/** The pages on which a team is linked to a channel of Slack, or taken out of it (slack.md §6.5). */
@Injectable()
export class TeamPages {
  constructor(
    private readonly tokens: LinkTokens,
    private readonly forms: PageForms,
    private readonly teams: ChannelTeamStore,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly identities: SlackIdentityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async answer(request: TeamPageRequest): Promise<Page> {
    const visit = await this.visitOf(request);
    if ('status' in visit) return visit;
    const { form } = request;
    if (form !== undefined && !this.forms.isOurs(form.get('csrf') ?? '', visit.nonce, visit.userId)) return BAD_FORM;
    return request.purpose === 'link_team' ? this.linkTeam(visit, form) : this.unlinkTeam(visit, form !== undefined);
  }

  /** A valid link, opened by the very person who asked for it, or the page that says why not. */
  private async visitOf({ purpose, token, userId }: TeamPageRequest): Promise<Page | Visit> {
    const verdict = this.tokens.read(purpose, token);
    if (verdict.kind !== 'ok' || (await this.teams.wasUsed(verdict.nonce))) return EXPIRED;
    const { facts, nonce } = verdict;
    const workspace = await this.workspaces.find(facts.integrationId);
    if (workspace?.isActive !== true || facts.channelId === undefined) return GONE;
    const owner = await this.identities.userOf(facts.integrationId, facts.slackUserId);
    if (userId === undefined || owner !== userId) return FOREIGN;
    const channel = { integrationId: facts.integrationId, channelId: facts.channelId };
    const rights = await this.teams.rights(userId, workspace.organizationIds);
    return { facts, nonce, userId, workspace, channel, rights };
  }

  private async linkTeam(visit: Visit, form: ReadonlyMap<string, string> | undefined): Promise<Page> {
    const { rights, userId, channel } = visit;
    const isWhole = (each: TeamRights): boolean => mayLinkEveryTeam(each);
    const teams = await this.teams.choosable(
      userId,
      rights.filter(isWhole).map(({ organizationId }) => organizationId),
      rights.filter((each) => !isWhole(each)).map(({ organizationId }) => organizationId),
    );
    if (teams.length === 0) return NO_TEAM;
    if (form === undefined) return this.choice(visit, teams);
    const teamId = form.get('team') ?? '';
    if (!/^\d{1,19}$/.test(teamId)) return BAD_FORM;
    const team = teams.find(({ id }) => id === teamId);
    if (team === undefined) return NO_TEAM;
    const result = await this.teams.link(channel, team, { userId, use: this.useOf(visit) });
    if (result === 'used') return EXPIRED;
    return result === 'linked'
      ? saying(200, 'The team is linked', `Issue alerts of #${team.slug} go to the channel from now on.`)
      : saying(200, 'The team was linked before', `#${team.slug} has a channel in this workspace already.`);
  }

  private async unlinkTeam(visit: Visit, isPost: boolean): Promise<Page> {
    const { facts, rights, channel } = visit;
    const { organizationId } = facts;
    if (organizationId === undefined) return BAD_FORM;
    const own = rights.find((each) => each.organizationId === organizationId);
    if ((await this.teams.organizationsIn(channel, [organizationId])).length === 0) return GONE;
    if (own === undefined || !mayLinkTeams(own)) return NO_ROLE;
    if (!isPost)
      return page(
        200,
        'Unlink the team?',
        html`${this.whoAndWhere(visit)}${this.formOf(visit, html`<button>Unlink</button>`)}`,
      );
    const count = await this.teams.unlink(channel, organizationId, this.useOf(visit));
    if (count === undefined) return EXPIRED;
    return saying(200, 'The team is unlinked', 'Its issue alerts do not go to the channel any more.');
  }

  private choice(visit: Visit, teams: readonly ChoosableTeam[]): Page {
    const options = teams.map(
      ({ id, slug, organizationName }) => html`<option value="${id}">#${slug} (${organizationName})</option>`,
    );
    const fields = html`<label
        >Team
        <select name="team">
          ${options}
        </select></label
      >
      <button>Link</button>`;
    return page(200, 'Which team?', html`${this.whoAndWhere(visit)}${this.formOf(visit, fields)}`);
  }

  /** So that a forwarded link cannot quietly do for somebody else what they did not mean. */
  private whoAndWhere({ facts, workspace, channel, userId, rights }: Visit) {
    const account = rights[0]?.email ?? `user ${userId}`;
    return html`<dl>
      <dt>Slack workspace</dt>
      <dd>${workspace.teamId}</dd>
      <dt>Channel</dt>
      <dd>${channel.channelId}</dd>
      <dt>Slack user</dt>
      <dd>${facts.slackUserId}</dd>
      <dt>Account</dt>
      <dd>${account}</dd>
    </dl>`;
  }

  private formOf({ nonce, userId }: Visit, fields: ReturnType<typeof html>) {
    return html`<form method="post">
      <input type="hidden" name="csrf" value="${this.forms.issue(nonce, userId)}" />${fields}
    </form>`;
  }

  private useOf({ nonce }: Visit): LinkUse {
    const nowMs = this.clock.now();
    return { nonce, now: new Date(nowMs), expiresAt: new Date(nowMs + (LINK_SECONDS + 60) * 1_000) };
  }
}
