import { Injectable } from '@nestjs/common';
import type { ControlDecision } from '@switchyard/parsers';
import { RegionClient } from '@switchyard/silo';
import { LinkTokens, saying } from '@switchyard/slack';
import type { ControlView } from '../control-views/control-views';
import { regionAnswer } from '../edge/answer';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import { BrowserSessions } from './browser-session';
import { pageAnswer } from './page-answer';
import { SlackWorkspaces } from './slack-workspace-facts';

const EXPIRED = saying(
  410,
  'This link has expired',
  'It works for an hour, and once. Type the command in Slack again.',
);
/** All that a region needs of a browser; its cookies are not for regions. */
const FORWARDED = ['content-type', 'sec-fetch-site'];
const UNREACHABLE = saying(503, 'That could not be done right now', 'Nothing was changed. Try again in a minute.');

/**
 * Pages about teams live in the region that made the link, which the link names (slack.md §7.6). Control finds out who sits before the
 * browser and says so in the query: the signature between silos covers it, and what the browser had there is gone.
 */
@Injectable()
export class SlackTeamPageView implements ControlView {
  readonly name = 'slack.team-page';

  constructor(
    private readonly tokens: LinkTokens,
    private readonly sessions: BrowserSessions,
    private readonly workspaces: SlackWorkspaces,
    private readonly regions: RegionClient,
  ) {}

  async answer({ id, inbound, pathAndQuery, deadline }: EdgeRequest, _decision: ControlDecision): Promise<Answer> {
    const purpose = inbound.view === 'unlink-team' ? 'unlink_team' : 'link_team';
    const verdict = this.tokens.read(purpose, inbound.params['signed'] ?? '');
    if (verdict.kind !== 'ok') return pageAnswer(EXPIRED);
    const { integrationId, region } = verdict.facts;
    const workspace = await this.workspaces.find(integrationId);
    // The region is in the link, but only one that has the workspace is asked.
    if (region === undefined || workspace?.organizations.some((each) => each.region === region) !== true)
      return pageAnswer(EXPIRED);
    const session = await this.sessions.open(inbound, pathAndQuery);
    if (session.kind === 'answer') return session.answer;
    const path = pathAndQuery.split('?')[0] ?? '';
    const result = await this.regions.send(region, {
      method: inbound.method,
      pathAndQuery: `${path}?user=${session.user.userId}`,
      headers: FORWARDED.flatMap((name) => {
        const value = inbound.header(name);
        return value === undefined ? [] : [name, value];
      }),
      body: inbound.body,
      integrationId,
      isVerified: true,
      deliveryId: id,
      timeoutMs: deadline.remainingMs(),
    });
    return result.kind === 'response' ? regionAnswer(result) : pageAnswer(UNREACHABLE);
  }
}
