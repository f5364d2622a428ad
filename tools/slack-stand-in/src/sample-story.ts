import { issueMessage, SlackApi } from '@switchyard/slack';
import type { IssueMessageData, MessageBlock } from '@switchyard/slack';

/** Where the story is told. */
export interface StoryPlace {
  readonly apiUrl: string;
  readonly token: string;
  readonly channel: string;
}

const ISSUE: IssueMessageData = {
  routing: { issue: '4711', rule: '9', org: '2' },
  url: 'https://app.example.com/organizations/globex/issues/4711/',
  title: 'TypeError: cannot read properties of undefined (reading "total")',
  ...{ kind: 'error', level: 'error', status: 'unresolved', state: 'Ongoing', hasReleases: true },
  culprit: 'checkout/cart.ts in sumOf',
  text: 'at sumOf (checkout/cart.ts:48:21)\nat POST /api/orders',
  tags: [
    { title: 'environment', value: 'production' },
    { title: 'release', value: 'shop@4.2.0' },
  ],
  firstSeen: new Date(Date.UTC(2026, 10, 27, 8, 3)),
  ...{ events: 214, users: 37, shortId: 'SHOP-42' },
  project: { slug: 'shop', url: 'https://app.example.com/projects/shop/' },
  alert: { name: 'Many users see an error', url: 'https://app.example.com/alerts/9/' },
};

const REPLIES = [
  'Grace assigned this issue to Linus',
  'Linus commented:\n> The cart is empty after the currency was changed. A fix is on its way: <https://example.com/pull/88|#88>',
  'Linus marked SHOP-42 as resolved in `shop@4.2.1`',
];

/** Posts an alert, and resolves to its `ts`. @throws Error when Slack refuses it */
export async function postSampleIssue(place: StoryPlace): Promise<string> {
  return post(place, issueMessage(ISSUE));
}

/** Shows that Linus has resolved it. @throws Error when Slack refuses it */
export async function resolveSampleIssue({ apiUrl, token, channel }: StoryPlace, ts: string): Promise<void> {
  const actions = [{ kind: 'resolved', slackUserId: 'U0LINUS' }] as const;
  const { text, blocks } = issueMessage({ ...ISSUE, status: 'resolved', actions });
  const answer = await new SlackApi(apiUrl).update({ token, channel, ts, text, blocks });
  if (answer.kind !== 'ok') throw new Error(`Slack refused a sample: ${JSON.stringify(answer)}`);
}

/** What people do about it, below the alert. @throws Error when Slack refuses a reply */
export async function postSampleReplies(place: StoryPlace, threadTs: string): Promise<void> {
  for (const text of REPLIES) await post(place, { text, blocks: [] }, threadTs);
}

async function post(
  { apiUrl, token, channel }: StoryPlace,
  { text, blocks }: { readonly text: string; readonly blocks: readonly MessageBlock[] },
  threadTs?: string,
): Promise<string> {
  const shown = blocks.length === 0 ? {} : { blocks };
  const answer = await new SlackApi(apiUrl).post({ token, channel, text, ...shown, threadTs });
  if (answer.kind !== 'ok') throw new Error(`Slack refused a sample: ${JSON.stringify(answer)}`);
  return answer.ts ?? '';
}
