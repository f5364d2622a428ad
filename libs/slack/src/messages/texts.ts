import { escapeSlack, slackLink } from '../slack-text';
import { cutText } from './slack-message';

/** How the app calls itself; both are settings. */
export interface Wording {
  readonly product: string;
  /** With its slash. */
  readonly slackCommand: string;
}

/** Longest value from data inside a text: an e-mail address has 254 at most. */
const VALUE_CHARS = 254;

/** A value from data, fit for Slack's markup. */
const value = (text: string): string => escapeSlack(cutText(text, VALUE_CHARS));

/** A value that stands between backticks or asterisks, which it must not close. */
const marked = (text: string): string => value(text.replaceAll('`', '').replaceAll('*', ''));

/** Invitation or request to join, as M8 names them. */
export interface MembershipDecision {
  readonly request: 'invite' | 'join';
  readonly email: string;
  readonly decision: 'approved' | 'rejected';
  readonly membersUrl: string;
}

/**
 * What the app says in Slack, by the numbers of the spec (slack.md §6.6). Every value is escaped here; URLs are ours.
 * The texts stand here once, because control and the regions say the same things.
 */
export const texts = {
  /** M1 */
  notLinked: ({ product }: Wording, url: string): string =>
    `This Slack account is not linked to a ${value(product)} account. ${slackLink(url, 'Link it')} and try again.`,
  /** M2 */
  notAMember: (email: string, organization: string, unlinkUrl: string): string =>
    `Your Slack account is linked to *${marked(email)}*, which is not a member of *${marked(organization)}*. ` +
    `${slackLink(unlinkUrl, 'Unlink it')} to use another account.`,
  /** M3 */
  notDone: ({ product }: Wording): string => `${value(product)} could not do that right now. Nothing was changed.`,
  /** M4 */
  linkFirst: ({ slackCommand }: Wording): string => `Link your Slack account first: \`${slackCommand} link\`.`,
  /** M5 */
  requestGone: (email: string): string => `The request for ${value(email)} is no longer open.`,
  /** M6 */
  noAccess: (): string => 'You do not belong to that organization.',
  /** M7 */
  mayNotDecide: (): string => 'You may not decide on membership requests there.',
  /** M8 */
  decided: ({ request, email, decision, membersUrl }: MembershipDecision): string =>
    `${request === 'invite' ? 'Invite' : 'Join'} request for ${value(email)} ${decision}. ` +
    slackLink(membersUrl, 'Members'),
  /** M9 */
  notificationsOn: (): string => 'Slack notifications are on.',
  /** M10 */
  linkForCharts: ({ product }: Wording): string => `Link your Slack account to see charts of ${value(product)} links.`,
  /** M11 */
  disconnected: ({ product }: Wording): string =>
    `${value(product)} is not connected to this workspace any more. Install it again to go on.`,
  /** M12 */
  alreadyLinked: (email: string): string => `You are already linked as \`${marked(email)}\`.`,
  /** M13 */
  useAChannel: (): string => 'Use this command in a channel, not in a direct message.',
  /** M14 */
  link: (url: string): string =>
    `${slackLink(url, 'Link your Slack account')} to act on issues here and to get notifications.`,
  /** M15 */
  notLinkedAnyway: (): string => 'Your Slack account is not linked.',
  /** M16 */
  unlink: ({ slackCommand }: Wording, url: string): string =>
    `${slackLink(url, 'Unlink your Slack account')}. You can link it again with \`${slackCommand} link\`.`,
  /** M17 */
  linkBeforeTeams: ({ slackCommand }: Wording): string =>
    `Link yourself first with \`${slackCommand} link\`. ` +
    'Linking a team needs an organization admin, manager or owner, or a team admin.',
  /** M18 */
  channelTaken: (): string => 'A team is already linked to this channel.',
  /** M19 */
  roleTooLow: (): string => 'Only organization admins, managers and owners, and team admins can do this.',
  /** M20 */
  chooseTeam: (url: string): string => `${slackLink(url, 'Choose a team')} whose issue alerts go to this channel.`,
  /** M21 */
  noTeamLinked: (): string => 'No team is linked to this channel.',
  /** M22 */
  unlinkTeam: (url: string): string => `${slackLink(url, 'Unlink the team')} from this channel.`,
  /** M23 */
  linked: (): string => 'Your Slack account is now linked.',
  /** M24 */
  unlinked: (): string => 'Your Slack account is no longer linked.',
} as const;
