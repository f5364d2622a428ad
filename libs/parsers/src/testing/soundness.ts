import type { Parser, RoutingDecision } from '../contract';
import { mailboxOf } from '../routing';

type Kind = RoutingDecision['kind'];

const CODE_HOST: readonly Kind[] = ['reply', 'control', 'mailbox'];

/** What each provider's parser may decide (gateway.md §2.1, §2.3); a provider that is not listed may do anything. */
const KINDS: Readonly<Record<string, readonly Kind[]>> = {
  bitbucket: CODE_HOST,
  bitbucket_server: CODE_HOST,
  discord: ['reply', 'control', 'first-region', 'all-regions', 'deferred'],
  github: CODE_HOST,
  github_enterprise: CODE_HOST,
  gitlab: CODE_HOST,
  google: ['control'],
  jira: ['reply', 'control', 'region', 'mailbox'],
  jira_server: CODE_HOST,
  msteams: CODE_HOST,
  plugins: ['reply', 'mailbox'],
  slack: ['reply', 'control', 'first-region', 'all-regions', 'deferred', 'mailbox'],
  vercel: ['reply', 'control'],
  vsts: CODE_HOST,
};

/** Says why the gateway could not carry a decision out; `undefined` when it can. */
export function soundnessProblem(parser: Parser, decision: RoutingDecision): string | undefined {
  if (decision.because === '') return 'it does not say why';
  if (KINDS[parser.provider]?.includes(decision.kind) === false) return `${decision.kind} is not in its table`;
  if (decision.kind === 'reply') return replyProblem(parser, decision);
  if (decision.kind === 'control') {
    return decision.view.startsWith(`${parser.provider}.`)
      ? undefined
      : `the view ${decision.view} is another provider's`;
  }
  if ('regions' in decision && !isSortedSet(decision.regions)) return 'the regions are none, unsorted or doubled';
  if ('ackStatus' in decision && ![200, 202].includes(decision.ackStatus)) return 'an acknowledgement is 200 or 202';
  return decision.kind === 'mailbox' ? mailboxProblem(parser, decision) : undefined;
}

/** Jira Server is told 200 for what it must not send again (gateway.md §2.3.6). */
const SWALLOWS: ReadonlySet<string> = new Set(['jira_server', 'slack']);

function replyProblem(
  { provider }: Parser,
  { status, reason }: RoutingDecision & { kind: 'reply' },
): string | undefined {
  if (status < 200 || status >= 500) return `a parser does not answer ${status}`;
  // Accepted means committed: a reply of the gateway's own may only drop what nobody handles.
  if (status === 202 && reason !== 'dropped_event') return '202 without a stored row';
  const isAcceptance = ['accepted', 'challenge', 'dropped_event'].includes(reason);
  return status < 300 && !isAcceptance && !SWALLOWS.has(provider) ? `a silent ${status} for ${reason}` : undefined;
}

const isSortedSet = (regions: readonly string[]): boolean =>
  regions.length > 0 && regions.every((region, index) => index === 0 || (regions[index - 1] as string) < region);

function mailboxProblem(parser: Parser, decision: RoutingDecision & { kind: 'mailbox' }): string | undefined {
  if (decision.eventType !== undefined && parser.eventTypes?.has(decision.eventType) !== true) {
    return 'the event type is not one of the known ones';
  }
  if ((decision.providerDeliveryId ?? '').length > 64) return 'the delivery id is too long';
  try {
    for (const region of decision.regions) mailboxOf(parser, decision, region);
    return undefined;
  } catch {
    return 'the mailbox has no valid name';
  }
}
