import type { ControlDecision, DeferredDecision, IntegrationView, RoutingDecision } from '../contract';
import { SLACK_CHANNEL_EVENTS, SLACK_EVENT_MAX_AGE_MS, SLACK_EVENT_TYPES } from './slack.events';
import { nothingToDo, whenUnavailable } from './slack.replies';
import { narrow, regionsOfSlugs } from './slack.organization';
import type { SlackWorkspaceRequest } from './slack.request';

/** Buttons that only open a page: Slack wants an answer all the same (slack.md §5.1). */
const LINK_VALUES: ReadonlySet<string | undefined> = new Set([
  'docs_link_clicked',
  'grace_period_warning',
  'integration_disabled_slack',
  'link_clicked',
  'trial_end_warning',
]);

/** Buttons about the person alone, whose settings and links control keeps (slack.md §7.6). */
const CONTROL_VALUES: Readonly<Record<string, string>> = {
  all_slack: 'slack.notifications',
  ignore: 'slack.close-prompt',
  link: 'slack.close-prompt',
};

/** What regions say of a command about a team, the most telling first (slack.md §7.6). */
const TEAM_WORDS = ['offer', 'already_linked', 'role_too_low', 'link_first', 'none'];

/** Where a request of a workspace with at least one region goes. Its sender is known to be Slack. */
export function toRegions(slack: SlackWorkspaceRequest, integration: IntegrationView): RoutingDecision {
  const facts: Facts = { integrationId: integration.id, isVerified: true, reason: 'accepted' };
  if (slack.kind === 'event') return store(slack, integration, facts);
  const { regions, because } = narrow(integration, slack.organizationHints);
  const say = (what: string): string => (because === undefined ? what : `${what}; ${because}`);
  const answered = (what: string): Reasoned => ({
    ...facts,
    whenUnavailable: whenUnavailable(slack),
    because: say(what),
  });
  switch (slack.kind) {
    case 'action':
      return inControl(slack, integration) ?? toAll(slack, regions, answered('an action that may concern any region'));
    case 'command':
      if (!slack.isAboutTeam) return control('slack.command', integration, 'a slash command that needs no region');
      return toAll(slack, regions, answered('a command about a team, which any region may have'));
    case 'options-load':
      return { kind: 'all-regions', ...answered('an option list'), regions, listMember: 'option_groups' };
  }
}

/** What control answers by itself, or nobody has to do. */
function inControl(
  { option, isInModal, responseUrl }: SlackWorkspaceRequest & { kind: 'action' },
  integration: IntegrationView,
): RoutingDecision | undefined {
  if (LINK_VALUES.has(option)) return nothingToDo('action', 'nothing_changed', 'a button that only opens a page');
  if (isInModal && responseUrl === undefined)
    return nothingToDo('action', 'nothing_changed', 'a choice inside an open modal');
  if (option === undefined || !Object.hasOwn(CONTROL_VALUES, option)) return undefined;
  return control(CONTROL_VALUES[option] ?? '', integration, 'an action on settings of the user');
}

function control(view: string, { id }: IntegrationView, because: string): ControlDecision {
  return { kind: 'control', view, integrationId: id, isVerified: true, reason: 'accepted', because };
}

interface Facts {
  readonly integrationId: string;
  readonly isVerified: boolean;
  readonly reason: 'accepted';
  readonly whenUnavailable?: ReturnType<typeof whenUnavailable>;
}

/** deviates: the reference forwards events and waits; Slack needs no answer but a quick one (slack.md §7.6, §9.8). */
function store(
  event: SlackWorkspaceRequest & { kind: 'event' },
  integration: IntegrationView,
  facts: Facts,
): RoutingDecision {
  const { regions, because } = storedFor(event, integration);
  return {
    kind: 'mailbox',
    ...facts,
    because: `an event needs no answer: stored for ${because}`,
    subject: integration.id,
    eventType: SLACK_EVENT_TYPES.has(event.type) ? event.type : undefined,
    providerDeliveryId: event.eventId,
    regions,
    ackStatus: 200,
    maxAgeMs: SLACK_EVENT_MAX_AGE_MS,
  };
}

/** Who has to know of an event (slack.md §7.6): of a link its organizations, of a channel whoever may post there. */
function storedFor(
  { type, slugs }: SlackWorkspaceRequest & { kind: 'event' },
  integration: IntegrationView,
): { readonly regions: readonly string[]; readonly because: string } {
  if (type === 'link_shared')
    return { regions: regionsOfSlugs(integration, slugs), because: 'the regions that its links are about' };
  if (SLACK_CHANNEL_EVENTS.has(type))
    return { regions: integration.regions, because: 'all regions, which may post there' };
  return { regions: integration.regions.slice(0, 1), because: 'the first region' };
}

type Reasoned = Facts & { readonly because: string };

/** Acknowledged now where the answer can come later; otherwise whoever asks waits. */
function toAll(
  slack: SlackWorkspaceRequest & { kind: 'action' | 'command' },
  regions: readonly string[],
  facts: Reasoned,
): RoutingDecision {
  if (slack.responseUrl === undefined) return { kind: 'all-regions', ...facts, regions };
  const later: DeferredDecision = {
    kind: 'deferred',
    ...facts,
    regions,
    callbackUrl: slack.responseUrl,
    ackStatus: 200,
  };
  if (slack.kind === 'command') return { ...later, precedence: { member: 'switchyard_outcome', words: TEAM_WORDS } };
  return slack.dialog === undefined ? later : { ...later, opensDialog: slack.dialog };
}
