import { Inject, Injectable } from '@nestjs/common';
import { texts } from '@switchyard/slack';
import { LinkUrls } from '../slack-requests/link-urls';
import { SLACK_COMMAND } from '../slack-requests/issue-access';
import { SlackIdentityStore } from '../slack-workspaces/slack-identity.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { SLACK_THREAD_SETTINGS } from '../slack-threads/slack-thread.settings';
import type { SlackThreadSettings } from '../slack-threads/slack-thread.settings';
import { ChannelTeamStore } from './channel-team.store';
import { mayLinkTeams } from './team-rights';

/** DI token of this region's name, which links name so that the gateway asks this region. */
export const TEAM_REGION = Symbol('TEAM_REGION');

/** How an answer stands to the answers of other regions; the gateway reads it, takes it out and shows the one that says most. */
export type TeamOutcome = 'already_linked' | 'link_first' | 'none' | 'offer' | 'role_too_low';

/** An answer to a command about teams. */
export interface TeamAnswer {
  readonly outcome: TeamOutcome;
  readonly text: string;
}

/** Who typed a command, and where. */
export interface CommandPlace {
  readonly teamId: string;
  readonly slackUserId: string;
  readonly channelId: string;
}

/** Answers `link team` and `unlink team` in a channel (slack.md §6.3). */
@Injectable()
export class TeamCommands {
  constructor(
    private readonly teams: ChannelTeamStore,
    private readonly identities: SlackIdentityStore,
    private readonly links: LinkUrls,
    @Inject(SLACK_THREAD_SETTINGS) private readonly naming: SlackThreadSettings,
    @Inject(SLACK_COMMAND) private readonly slackCommand: string,
    @Inject(TEAM_REGION) private readonly region: string,
  ) {}

  async link(workspace: SlackWorkspace, place: CommandPlace): Promise<TeamAnswer> {
    const found = await this.look(workspace, place);
    if (found === undefined) return this.linkFirst();
    if (found.taken.length > 0) return { outcome: 'already_linked', text: texts.channelTaken() };
    if (!found.rights.some(mayLinkTeams)) return roleTooLow();
    return this.offer(this.links.of('link_team', this.factsOf(workspace, place)), (url) => texts.chooseTeam(url));
  }

  /** About the last organization that has a team here, and the person's role in that one. */
  async unlink(workspace: SlackWorkspace, place: CommandPlace): Promise<TeamAnswer> {
    const found = await this.look(workspace, place);
    if (found === undefined) return this.linkFirst();
    const organizationId = found.taken.at(-1);
    if (organizationId === undefined) return { outcome: 'none', text: texts.noTeamLinked() };
    const rights = found.rights.find((each) => each.organizationId === organizationId);
    if (rights === undefined || !mayLinkTeams(rights)) return roleTooLow();
    const facts = { ...this.factsOf(workspace, place), organizationId };
    return this.offer(this.links.of('unlink_team', facts), (url) => texts.unlinkTeam(url));
  }

  /** `undefined` when the person is not linked. */
  private async look({ integrationId, organizationIds }: SlackWorkspace, { slackUserId, channelId }: CommandPlace) {
    const userId = await this.identities.userOf(integrationId, slackUserId);
    if (userId === undefined) return undefined;
    const rights = await this.teams.rights(userId, organizationIds);
    const own = rights.map(({ organizationId }) => organizationId);
    return { rights, taken: await this.teams.organizationsIn({ integrationId, channelId }, own) };
  }

  private factsOf({ integrationId }: SlackWorkspace, { teamId, slackUserId, channelId }: CommandPlace) {
    return { integrationId, teamId, slackUserId, channelId, region: this.region };
  }

  private offer(url: string | undefined, say: (url: string) => string): TeamAnswer {
    if (url !== undefined) return { outcome: 'offer', text: say(url) };
    return { outcome: 'none', text: texts.notDone(this.wording) };
  }

  private linkFirst(): TeamAnswer {
    return { outcome: 'link_first', text: texts.linkBeforeTeams(this.wording) };
  }

  private get wording() {
    return { product: this.naming.productName, slackCommand: this.slackCommand };
  }
}

const roleTooLow = (): TeamAnswer => ({ outcome: 'role_too_low', text: texts.roleTooLow() });
