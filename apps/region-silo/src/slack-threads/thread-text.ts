import { escapeSlack, slackLink } from '@switchyard/slack';
import type { ActivityType } from '../activities/activity-type';

/** What a text is made of; looked up before. Names come as they are and are escaped here. */
export interface ThreadFacts {
  readonly type: ActivityType;
  readonly data: Readonly<Record<string, unknown>>;
  /** Name, else e-mail; `undefined` when the person cannot be found any more. */
  readonly author: string | undefined;
  readonly authorId: string;
  /** `BAR-1`. */
  readonly shortId: string | undefined;
  /** Slug of the team that `data` names; `undefined` for one that is gone. */
  readonly teamSlug: string | undefined;
  /** Display name of the person that `data` names. */
  readonly assignee: string | undefined;
  readonly productName: string;
}

/** Slack takes 3,000 characters in a section; the rest is for what escaping and the dots add. */
const TEXT_MAX = 2_990;
const NAME_MAX = 200;
const NOTE_MAX = 1_000;
const ASANA_STOCK_LABEL = 'Asana Issue';
const PROVIDERS: Readonly<Record<string, string>> = {
  github: 'GitHub',
  github_enterprise: 'GitHub Enterprise',
  gitlab: 'GitLab',
  jira: 'Jira',
  jira_server: 'Jira Server',
  vsts: 'Azure DevOps',
  'azure devops': 'Azure DevOps',
  'github enterprise': 'GitHub Enterprise',
  'jira server': 'Jira Server',
  bitbucket: 'Bitbucket',
  asana: 'Asana',
  linear: 'Linear',
  shortcut: 'Shortcut',
};

/** What a thread is told about an activity, as safe `mrkdwn`; `undefined` when there is nothing to say. */
export function threadText(facts: ThreadFacts): string | undefined {
  const text = textOf(facts);
  return text === undefined ? undefined : cut(text, TEXT_MAX);
}

/** A text, of facts and the safe words for who and what. */
type Wording = (facts: ThreadFacts, author: string, issue: string) => string | undefined;

const resolved: Wording = (_facts, author, issue) => `${author} marked ${issue} as resolved`;

const WORDINGS: Partial<Readonly<Record<ActivityType, Wording>>> = {
  assigned: (facts, author) => `${author} assigned this issue to ${assigneeOf(facts)}`,
  unassigned: (_facts, author, issue) => `${author} unassigned ${issue}`,
  set_resolved: resolved,
  set_resolved_by_age: resolved,
  set_resolved_in_commit: (facts, author, issue) => `${resolved(facts, author, issue)} in a commit`,
  set_resolved_in_pull_request: (_facts, author, issue) => `${author} made a pull request that will resolve ${issue}`,
  set_resolved_in_release: (facts, author, issue) => {
    const version = textIn(facts.data, 'version');
    return `${resolved(facts, author, issue)} in ${version === '' ? 'an upcoming release' : shortVersion(version)}`;
  },
  set_unresolved: (_facts, author, issue) => `${author} unresolved ${issue}`,
  set_regression: ({ data }, author, issue) => {
    const version = textIn(data, 'version');
    return `${author} marked ${issue} as a regression${version === '' ? '' : ` in ${shortVersion(version)}`}`;
  },
  set_ignored: ({ data }, author, issue) => `${author} archived ${issue}${archivedUntil(data)}`,
  set_escalating: ({ productName, data }, _author, issue) => escalation(productName, issue, data),
  create_issue: ({ data }, author) =>
    `${author} ${data['new'] === false ? 'linked' : 'created'} ${externalIssue(data)}`,
  note: ({ data }, author) => note(author, textIn(data, 'text')),
};

/** Types that have a text; comments only where the organization wants them (slack.md §2.4, §2.6). */
export const THREAD_TYPES: ReadonlySet<ActivityType> = new Set(Object.keys(WORDINGS) as ActivityType[]);

function textOf(facts: ThreadFacts): string | undefined {
  const author = safeName(facts.author ?? facts.productName);
  const issue = facts.shortId === undefined ? 'an issue' : escapeSlack(facts.shortId);
  return WORDINGS[facts.type]?.(facts, author, issue);
}

function assigneeOf({ data, authorId, teamSlug, assignee }: ThreadFacts): string {
  if (data['assigneeType'] === 'team')
    return teamSlug === undefined ? 'an unknown team' : `the ${safeName(teamSlug)} team`;
  if (String(data['assignee']) === authorId) return 'themselves';
  if (assignee !== undefined) return safeName(assignee);
  const email = textIn(data, 'assigneeEmail');
  return email === '' ? 'an unknown user' : safeName(email);
}

function archivedUntil(data: Readonly<Record<string, unknown>>): string {
  const { ignoreCount, until } = data;
  if (typeof ignoreCount === 'number') return ` until it happens ${ignoreCount} more times`;
  if (until === 'escalating') return ' until it escalates';
  return until === 'forever' ? ' forever' : '';
}

function escalation(productName: string, issue: string, data: Readonly<Record<string, unknown>>): string {
  const product = safeName(productName);
  const { forecast } = data;
  if (typeof forecast === 'number' && forecast > 0) {
    const events = forecast === 1 ? '1 event' : `${forecast} events`;
    return `${product} flagged ${issue} as escalating because over ${events} happened in an hour`;
  }
  if (data['expired_snooze'] !== undefined)
    return `${product} flagged ${issue} as escalating because the condition for which it was archived has expired`;
  return `${product} flagged ${issue} as escalating`;
}

function externalIssue(data: Readonly<Record<string, unknown>>): string {
  const given = textIn(data, 'provider');
  const location = textIn(data, 'location');
  const provider = given === '' ? 'external provider' : safeName(PROVIDERS[given.toLowerCase()] ?? given);
  const ticket = ticketOf(given, textIn(data, 'label'), location);
  const words = `${given === '' ? 'an' : 'a'} ${provider} issue${ticket === '' ? '' : ` ${safeName(ticket)}`}`;
  return /^https?:\/\//.test(location) ? slackLink(location, words.replaceAll('|', '¦')) : words;
}

/** Asana has no numbers: the last part of the address stands for one. */
function ticketOf(provider: string, label: string, location: string): string {
  if (provider.toLowerCase() !== 'asana' || (label !== '' && label !== ASANA_STOCK_LABEL)) return label;
  return location.replace(/\/$/, '').split('/').at(-1) ?? '';
}

function note(author: string, text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const quoted = escapeSlack(cut(text, NOTE_MAX))
    .split('\n')
    .map((line) => `> ${line}`);
  return `${author} commented:\n${quoted.join('\n')}`;
}

/** `package@1.2.3+45` is `1.2.3 (45)`; a commit's name its first twelve digits. */
export function shortVersion(release: string): string {
  if (/^[0-9a-f]{40}$/.test(release)) return release.slice(0, 12);
  const [, version, build] = /^[^@]+@([^+]+)(?:\+(.+))?$/.exec(release) ?? [];
  if (version === undefined) return safeName(release);
  return safeName(build === undefined ? version : `${version} (${build})`);
}

const safeName = (name: string): string => escapeSlack(cut(name.replace(/\s+/g, ' '), NAME_MAX));

function textIn(data: Readonly<Record<string, unknown>>, key: string): string {
  const value = data[key];
  return typeof value === 'string' ? value : '';
}

/** By characters, never in the middle of one. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text.slice(0, max)];
  const last = characters.at(-1) ?? '';
  // Half of a pair of surrogates is no character.
  if (/^[\ud800-\udbff]$/.test(last)) characters.pop();
  // A cut entity would show its rest.
  return `${characters.join('').replace(/&[a-z]{0,4}$/, '')}…`;
}
