import { Inject, Injectable } from '@nestjs/common';
import { SlackApi } from '@switchyard/slack';
import type { MessageBlock, SlackAnswer } from '@switchyard/slack';
import { IssueMessages } from '../issue-messages/issue-messages';
import { PRODUCT_URL } from '../issue-messages/product-urls';
import { IssueService } from '../issues/issue.service';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import type { SharedMeaning } from './event-meaning';
import { readSharedLinks } from './shared-links';
import type { SharedLink } from './shared-links';

/** What Slack takes in one call. */
const UNFURLS_MAX = 20;
/** The largest id of the database. */
const ID_MAX = 9_223_372_036_854_775_807n;

type Unfurl = Readonly<Record<string, { readonly blocks: readonly MessageBlock[] }>>;

/**
 * Shows links to issues as what they are (slack.md §6.2). This region holds no metric alerts and no charts: such links stay as they are.
 * Doing it twice changes the same attachments to the same.
 */
@Injectable()
export class Unfurls {
  constructor(
    private readonly issues: IssueService,
    private readonly messages: IssueMessages,
    private readonly slack: SlackApi,
    @Inject(PRODUCT_URL) private readonly productUrl: string | undefined,
  ) {}

  /** `undefined` when there is nothing to show. Where buttons cannot be, it is tried once more without them. */
  async show(
    workspace: SlackWorkspace,
    token: string,
    { urls, place }: SharedMeaning,
  ): Promise<SlackAnswer | undefined> {
    const unfurls = await this.unfurlsOf(workspace, urls);
    if (Object.keys(unfurls).length === 0) return undefined;
    const answer = await this.slack.unfurl({ token, place, unfurls });
    if (answer.kind !== 'error' || answer.error !== 'invalid_blocks') return answer;
    return this.slack.unfurl({ token, place, unfurls: withoutButtons(unfurls) });
  }

  private async unfurlsOf(workspace: SlackWorkspace, urls: readonly string[]): Promise<Unfurl> {
    const links = readSharedLinks(urls, this.productUrl).slice(0, UNFURLS_MAX);
    const entries = await Promise.all(links.map((link) => this.unfurlOf(workspace, link)));
    return Object.fromEntries(entries.filter((entry) => entry !== undefined));
  }

  /** Issues of the organizations that have this workspace, and no others. */
  private async unfurlOf({ integrationId, organizationIds }: SlackWorkspace, link: SharedLink) {
    if (link.kind !== 'issue' || BigInt(link.issueId) > ID_MAX) return undefined;
    const issue = await this.issues.find(link.issueId);
    if (issue === undefined || !organizationIds.includes(issue.organizationId)) return undefined;
    const { blocks } = await this.messages.of(issue, { integrationId });
    return [link.url, { blocks }] as const;
  }
}

function withoutButtons(unfurls: Unfurl): Unfurl {
  return Object.fromEntries(
    Object.entries(unfurls).map(([url, { blocks }]) => [
      url,
      { blocks: blocks.filter(({ type }) => type !== 'actions') },
    ]),
  );
}
