import type { IntegrationView, RoutingDecision } from '../contract';
import { SLACK_EVENT_MAX_AGE_MS, SLACK_EVENT_TYPES } from './slack.events';
import { whenUnavailable } from './slack.replies';
import { narrow } from './slack.organization';
import type { SlackWorkspaceRequest } from './slack.request';

/** Values that act on the user's own settings or only close a prompt: one region is enough (gateway.md §2.3.1). */
const ONE_REGION_OPTIONS: ReadonlySet<string | undefined> = new Set(['link', 'ignore', 'all_slack']);

/** Where a request of a workspace with at least one region goes. Its sender is known to be Slack. */
export function toRegions(slack: SlackWorkspaceRequest, integration: IntegrationView): RoutingDecision {
  const facts: Facts = { integrationId: integration.id, isVerified: true, reason: 'accepted' };
  const answered: Facts = { ...facts, whenUnavailable: whenUnavailable(slack) };
  if (slack.kind === 'event') return store(slack, integration, facts);
  const { regions, because } = narrow(integration, slack.organizationHints);
  const say = (what: string): string => (because === undefined ? what : `${what}; ${because}`);
  switch (slack.kind) {
    case 'action':
      if (!ONE_REGION_OPTIONS.has(slack.option)) {
        return toAll(slack.responseUrl, regions, {
          ...answered,
          because: say('an action that may concern any region'),
        });
      }
      return toFirst(slack.responseUrl, regions, { ...answered, because: say('an action on settings of the user') });
    case 'command':
      return slack.isAboutTeam
        ? toAll(slack.responseUrl, regions, {
            ...answered,
            because: say('a command about a team, which any region may have'),
          })
        : toFirst(slack.responseUrl, regions, { ...answered, because: 'a slash command' });
    case 'options-load':
      return toFirst(undefined, regions, { ...answered, because: say('an option list') });
  }
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
  return {
    kind: 'mailbox',
    ...facts,
    because: 'an event needs no answer: stored for the first region',
    subject: integration.id,
    eventType: SLACK_EVENT_TYPES.has(event.type) ? event.type : undefined,
    providerDeliveryId: event.eventId,
    regions: integration.regions.slice(0, 1),
    ackStatus: 200,
    maxAgeMs: SLACK_EVENT_MAX_AGE_MS,
  };
}

type Reasoned = Facts & { readonly because: string };

function toAll(responseUrl: string | undefined, regions: readonly string[], facts: Reasoned): RoutingDecision {
  if (responseUrl === undefined) return { kind: 'all-regions', ...facts, regions };
  return { kind: 'deferred', ...facts, regions, callbackUrl: responseUrl, ackStatus: 200 };
}

function toFirst(responseUrl: string | undefined, regions: readonly string[], facts: Reasoned): RoutingDecision {
  if (responseUrl === undefined) return { kind: 'first-region', ...facts, regions };
  return { kind: 'deferred', ...facts, regions: regions.slice(0, 1), callbackUrl: responseUrl, ackStatus: 200 };
}
