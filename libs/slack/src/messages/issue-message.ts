import { escapeSlack, slackLink } from '../slack-text';
import { writeRouting } from './routing';
import type { IssueRouting } from './routing';
import { context, cutText, option, plainText, section } from './slack-message';
import type { MessageBlock, SlackElement, SlackOption } from './slack-message';

/** Longest text of an issue, and of a feedback (spec: slack.md §5.9). */
const TEXT_CHARS = { issue: 256, feedback: 1_500 } as const;
/** Longest single value; a section has 3,000 for all of them. */
const VALUE_CHARS = 200;
/** So that all blocks together stay below what Slack takes. */
const TAGS_MAX = 10;

/** Kinds of issues, as far as they look different. */
export type IssueKind = 'error' | 'performance' | 'feedback' | 'cron';

/** How bad it is. */
export type IssueLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** Somebody an issue is assigned to. */
export type IssueAssignee =
  | { readonly kind: 'team'; readonly id: string; readonly slug: string }
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly name: string;
      /** Only when linked in the workspace that the message goes to. */
      readonly slackUserId?: string;
    };

/** What somebody has just done about the issue; unassigning is not told. */
export type IssueAction = IssueActor &
  (
    | { readonly kind: 'resolved' | 'archived' | 're-opened' }
    | { readonly kind: 'assigned'; readonly assignee: IssueAssignee }
  );

/** Who did it: somebody of the workspace, or a name. */
export type IssueActor = { readonly slackUserId: string } | { readonly name: string };

/** All that an issue message shows. No value needs to be escaped or cut. */
export interface IssueMessageData {
  readonly routing: IssueRouting;
  readonly url: string;
  readonly title: string;
  readonly kind: IssueKind;
  readonly level: IssueLevel;
  readonly status: 'unresolved' | 'resolved' | 'archived';
  readonly culprit?: string;
  readonly text?: string;
  readonly tags?: readonly { readonly title: string; readonly value: string }[];
  /** Word for the state: `New`, `Ongoing`. */
  readonly state: string;
  readonly firstSeen: Date;
  readonly events?: number;
  readonly users?: number;
  /** Whether "in the next release" makes sense; without it, Resolve resolves at once. */
  readonly hasReleases: boolean;
  readonly assignee?: IssueAssignee;
  readonly notes?: string;
  readonly project: { readonly slug: string; readonly url?: string };
  readonly shortId: string;
  readonly alert?: { readonly name: string; readonly url: string };
  readonly actions?: readonly IssueAction[];
}

/** A message about an issue; `text` is what stands where blocks cannot be. */
export interface IssueMessage {
  readonly text: string;
  readonly blocks: readonly MessageBlock[];
}

const CIRCLES: Readonly<Record<IssueLevel, string>> = {
  debug: ':bug:',
  info: ':large_blue_circle:',
  warning: ':large_yellow_circle:',
  error: ':red_circle:',
  fatal: ':red_circle:',
};

const KIND_EMOJI: Readonly<Record<IssueKind, readonly [circle: string | undefined, sign: string | undefined]>> = {
  error: [undefined, undefined],
  performance: [':large_blue_circle:', ':chart_with_upwards_trend:'],
  feedback: [':large_blue_circle:', ':busts_in_silhouette:'],
  cron: [':large_yellow_circle:', ':spiral_calendar_pad:'],
};

/**
 * Builds the message about an issue (spec: slack.md §5.9). Its first block carries the routing, so that a click finds the
 * region of its organization; the buttons stay after an action and offer what can be done next.
 */
export function issueMessage(data: IssueMessageData): IssueMessage {
  const blocks: readonly (MessageBlock | undefined)[] = [
    {
      ...section(`${emojiOf(data)} ${link(data.url, `*${plain(data.title) || 'Untitled'}*`)}`),
      block_id: writeRouting(data.routing),
    },
    data.culprit ? context(plain(data.culprit)) : undefined,
    codeBlock(data),
    data.actions?.length ? section(data.actions.map(actionLine).join('\n')) : undefined,
    tagLine(data),
    context(stateLine(data)),
    { type: 'actions', elements: buttonsOf(data) },
    data.notes ? section(`*Notes:* ${plain(data.notes, 1_000)}`) : undefined,
    context(footerOf(data)),
    { type: 'divider' },
  ];
  return {
    text: escapeSlack(cutText(`[${data.project.slug}] ${data.title}`, VALUE_CHARS * 2)),
    blocks: blocks.filter((block) => block !== undefined),
  };
}

function emojiOf({ kind, level, actions }: IssueMessageData): string {
  const [ofKind, sign] = KIND_EMOJI[kind];
  const circle = actions?.length ? ':white_circle:' : (ofKind ?? CIRCLES[level]);
  return sign === undefined ? circle : `${circle} ${sign}`;
}

function codeBlock({ kind, text }: IssueMessageData): MessageBlock | undefined {
  const shown = (text ?? '').trim().replace(/`+/g, '`');
  if (shown === '') return undefined;
  const most = kind === 'feedback' ? TEXT_CHARS.feedback : TEXT_CHARS.issue;
  const cut = shown.length > most ? `${shown.slice(0, most - 3).replace(/[\uD800-\uDBFF]$/, '')}...` : shown;
  return { type: 'section', text: { type: 'mrkdwn', text: fence(cut) } };
}

/** Escaping can make a text five times as long; what closes the fence must not be cut off. */
function fence(text: string): string {
  const escaped = escapeSlack(text);
  const room = 2_980;
  return `\`\`\`${escaped.length <= room ? escaped : `${escaped.slice(0, room - 3).replace(/&[a-z]{0,3}$/, '')}...`}\`\`\``;
}

function actionLine(action: IssueAction): string {
  const by = `by ${'slackUserId' in action ? mention(action.slackUserId) : plain(action.name)}`;
  return action.kind === 'assigned'
    ? `*Issue assigned to ${nameOf(action.assignee)} ${by}*`
    : `*Issue ${action.kind} ${by}*`;
}

function nameOf(assignee: IssueAssignee): string {
  if (assignee.kind === 'team') return `#${plain(assignee.slug)}`;
  return assignee.slackUserId === undefined ? plain(assignee.name) : mention(assignee.slackUserId);
}

/** Slack's ids are letters and digits; nothing else gets between the angle brackets. */
const mention = (slackUserId: string): string => `<@${slackUserId.replace(/[^A-Za-z0-9]/g, '')}>`;

function tagLine({ tags = [] }: IssueMessageData): MessageBlock | undefined {
  const shown = tags.slice(0, TAGS_MAX).map(({ title, value }) => `${plain(title, 32)}: \`${plain(value)}\``);
  return shown.length === 0 ? undefined : section(shown.join('  '));
}

function stateLine({ state, firstSeen, events = 0, users = 0 }: IssueMessageData): string {
  const seconds = Math.floor(firstSeen.getTime() / 1000);
  const seen = `First Seen: <!date^${seconds}^{date_short_pretty} {time}|${firstSeen.toISOString()}>`;
  const counts =
    state !== 'New' && events > 1 ? [`Events: *${events}*`, ...(users > 0 ? [`Users: *${users}*`] : [])] : [];
  return [...counts, `State: *${plain(state)}*`, seen].join('   ');
}

function buttonsOf(data: IssueMessageData): readonly SlackElement[] {
  const { assignee } = data;
  const select: SlackElement = {
    type: 'external_select',
    action_id: 'assign',
    placeholder: plainText('Select Assignee…'),
    min_query_length: 0,
    ...(assignee === undefined ? {} : { initial_option: assigneeOption(assignee) }),
  };
  return [resolveButton(data), ...archiveButton(data), select];
}

/** The choice that stands for an assignee, in messages as in option loads. */
export function assigneeOption(assignee: IssueAssignee): SlackOption {
  return assignee.kind === 'team'
    ? option(`#${assignee.slug}`, `team:${assignee.id}`)
    : option(assignee.name, `user:${assignee.id}`);
}

function resolveButton({ status, hasReleases }: IssueMessageData): SlackElement {
  if (status === 'resolved') return button('unresolved:ongoing', 'Unresolve', 'unresolved:ongoing');
  return hasReleases
    ? button('resolve_dialog', 'Resolve', 'resolve_dialog')
    : button('resolved', 'Resolve', 'resolved');
}

function archiveButton({ status, kind }: IssueMessageData): readonly SlackElement[] {
  if (kind === 'feedback') return [];
  return status === 'archived'
    ? [button('unresolved:ongoing', 'Mark as Ongoing', 'unresolved:ongoing')]
    : [button('archive_dialog', 'Archive', 'archive_dialog')];
}

const button = (actionId: string, text: string, value: string): SlackElement => ({
  type: 'button',
  action_id: actionId,
  text: plainText(text),
  value,
});

function footerOf({ project, alert, shortId }: IssueMessageData): string {
  const name = plain(project.slug);
  return [
    `Project: ${project.url === undefined ? name : link(project.url, name)}`,
    ...(alert === undefined ? [] : [`Alert: ${link(alert.url, plain(alert.name))}`]),
    `Short ID: ${plain(shortId)}`,
  ].join('    ');
}

/** One value on one line, cut, unable to end the markup around it, escaped last. */
function plain(text: string, most = VALUE_CHARS): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/[`*|]/g, '');
  return escapeSlack(cutText(line, most));
}

/** A link, or its label alone when the URL is not one of the web. */
const link = (url: string, label: string): string => (/^https?:\/\//i.test(url) ? slackLink(url, label) : label);
