/*
 * Pages on which people link their Slack account, or unlink it (slack.md §6.5).
 *
 * The link says which Slack account; the product says who sits before the browser. Both are shown before anything is done, so that a
 * forwarded link cannot quietly tie somebody else's account. A link works for an hour and once.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { ControlDecision, InboundRequest } from '@switchyard/parsers';
import { html, LinkTokens, page, PageForms, saying, SlackApi, texts } from '@switchyard/slack';
import type { LinkFacts, Page } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { ControlView } from '../control-views/control-views';
import type { Answer } from '../edge/answer';
import type { EdgeRequest } from '../edge/edge-request';
import { SlackIdentityStore } from '../slack-identities/slack-identity.store';
import { BrowserSessions } from './browser-session';
import { pageAnswer } from './page-answer';
import type { ProductUser } from './product-session';
import { SlackWorkspaces } from './slack-workspace-facts';
import type { SlackWorkspaceFacts } from './slack-workspace-facts';

interface Visit {
  readonly purpose: 'link_identity' | 'unlink_identity';
  readonly facts: LinkFacts;
  readonly nonce: string;
  readonly user: ProductUser;
  readonly workspace: SlackWorkspaceFacts;
}

const EXPIRED = saying(
  410,
  'This link has expired',
  'It works for an hour, and once. Type the command in Slack again.',
);
const GONE = saying(
  404,
  'There is nothing here',
  'The workspace is not connected, or none of your organizations has it.',
);
const FOREIGN = saying(
  403,
  'This is not your link',
  'The Slack account is linked to somebody else. Sign in as that user.',
);
const BAD_FORM = saying(400, 'That form is not ours', 'Open the link again and send the form that it shows.');

/** See the head of this file. */
@Injectable()
export class SlackLinkPageView implements ControlView {
  readonly name = 'slack.link-page';

  constructor(
    private readonly tokens: LinkTokens,
    private readonly forms: PageForms,
    private readonly sessions: BrowserSessions,
    private readonly identities: SlackIdentityStore,
    private readonly workspaces: SlackWorkspaces,
    private readonly slack: SlackApi,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async answer({ inbound, pathAndQuery }: EdgeRequest, _decision: ControlDecision): Promise<Answer> {
    const purpose = inbound.view === 'unlink-identity' ? 'unlink_identity' : 'link_identity';
    const verdict = this.tokens.read(purpose, inbound.params['signed'] ?? '');
    if (verdict.kind !== 'ok') return pageAnswer(EXPIRED);
    const session = await this.sessions.open(inbound, pathAndQuery);
    if (session.kind === 'answer') return session.answer;
    const workspace = await this.workspaces.find(verdict.facts.integrationId);
    const isShared = workspace?.organizations.some(({ id }) => session.user.organizationIds.includes(id)) === true;
    if (workspace === undefined || !isShared) return pageAnswer(GONE);
    const { facts, nonce } = verdict;
    return pageAnswer(await this.visit({ purpose, facts, nonce, user: session.user, workspace }, inbound));
  }

  private async visit(visit: Visit, inbound: InboundRequest): Promise<Page> {
    const { purpose, facts, nonce, user } = visit;
    const current = await this.identities.find(facts);
    if (purpose === 'unlink_identity' && current?.userId !== user.userId)
      return current === undefined ? EXPIRED : FOREIGN;
    if (inbound.method !== 'POST') return this.question(visit);
    const isSameSite = (inbound.header('sec-fetch-site') ?? 'same-origin') === 'same-origin';
    if (!isSameSite || !this.forms.isOurs(inbound.form()?.get('csrf') ?? '', nonce, user.userId)) return BAD_FORM;
    return purpose === 'link_identity' ? this.link(visit) : this.unlink(visit);
  }

  private async link(visit: Visit): Promise<Page> {
    const { facts, nonce, user } = visit;
    if (!(await this.identities.linkOnce(facts, user.userId, nonce))) return EXPIRED;
    await this.tell(visit, texts.linked());
    return this.done(visit, 'Your Slack account is linked', 'You can act on issues in Slack now.');
  }

  private async unlink(visit: Visit): Promise<Page> {
    const { facts, nonce, user } = visit;
    if (!(await this.identities.unlinkOnce(facts, user.userId, nonce))) return EXPIRED;
    await this.tell(visit, texts.unlinked());
    return this.done(visit, 'Your Slack account is unlinked', 'You can link it again with the command in Slack.');
  }

  /** In a direct message; whether Slack takes it or not, what was done is done. */
  private async tell({ facts, workspace }: Visit, text: string): Promise<void> {
    if (workspace.botToken === undefined) return;
    const answer = await this.slack.post({ token: workspace.botToken, channel: facts.slackUserId, text });
    if (answer.kind === 'ok') return;
    this.logger.info({ reason: answer.kind === 'error' ? answer.error : answer.detail }, 'slack_link.not_told');
  }

  private question(visit: Visit): Page {
    const { purpose, nonce, user } = visit;
    const isLink = purpose === 'link_identity';
    const form = html`<form method="post">
      <input type="hidden" name="csrf" value="${this.forms.issue(nonce, user.userId)}" />
      <button>${isLink ? 'Link' : 'Unlink'}</button>
    </form>`;
    const title = isLink ? 'Link this Slack account?' : 'Unlink this Slack account?';
    return page(200, title, html`${whoAndWhere(visit)}${form}`);
  }

  private done({ facts }: Visit, title: string, text: string): Page {
    const back = `slack://channel?id=${facts.channelId ?? facts.slackUserId}&team=${facts.teamId}`;
    return page(
      200,
      title,
      html`<p>${text}</p>
        <p><a href="${back}">Back to Slack</a></p>`,
    );
  }
}

function whoAndWhere({ facts, user, workspace }: Visit) {
  return html`<dl>
    <dt>Slack workspace</dt>
    <dd>${workspace.name} (${facts.teamId})</dd>
    <dt>Slack user</dt>
    <dd>${facts.slackUserId}</dd>
    <dt>Account</dt>
    <dd>${user.account}</dd>
  </dl>`;
}
