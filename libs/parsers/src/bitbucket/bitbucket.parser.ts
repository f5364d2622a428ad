import { defineParser, deliveryId, refuse, refuseMethod, refuseSignature, toControl } from '../contract';
import type { InboundRequest, ParserContext, ReplyDecision, RoutingDecision } from '../contract';
import { findRoutedOrganization } from './bitbucket.request';
import type { RoutedOrganization } from './bitbucket.request';
import { identifySender } from './bitbucket.sender';
import type { BitbucketSender } from './bitbucket.sender';

/** `X-Event-Key` of the one event that a region handles. */
const PUSH = 'repo:push';

/**
 * Bitbucket Cloud: webhooks of an organization, and the pages of its Connect app (gateway.md §2.3.7).
 *
 * A body is never looked at: the path names the organization, and order is kept within it.
 */
export const bitbucketParser = defineParser({
  provider: 'bitbucket',

  routes: {
    'descriptor/': 'descriptor',
    'installed/': 'installed',
    'uninstalled/': 'uninstalled',
    'search/<organization>/<integration>/': 'search',
    'organizations/<organization>/webhook/': 'webhook',
  },

  /** Bitbucket sends no webhook of more than 256 KB; the rest is for the day it does. */
  maxBodyBytes: 1_048_576,

  /** Bitbucket waits 10 s; the rest is for the way there and back. */
  answerBudgetMs: 9_000,

  eventTypes: new Set(['push']),

  async decide(request, context) {
    if (request.view === 'webhook') return decideWebhook(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'Bitbucket has no such path');
    return toControl(`bitbucket.${request.view}`, 'not a webhook view');
  },
});

async function decideWebhook(request: InboundRequest, { directory }: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const organization = await findRoutedOrganization(directory, 'bitbucket', request.params['organization'], 404);
  if ('kind' in organization) return organization;

  const sender = identifySender(request, organization.integrations);
  if (sender.check.refused) return refuseSignature(sender.check.refused);
  const event = request.header('x-event-key') || undefined;
  if (event !== undefined && event !== PUSH) return { ...DROPPED, verification: sender.check.verification };
  return store(request, organization, sender, event && 'push');
}

const DROPPED: ReplyDecision = {
  kind: 'reply',
  status: 202,
  reason: 'dropped_event',
  because: 'no region handles this event',
};

function store(
  request: InboundRequest,
  organization: RoutedOrganization,
  { check, integration, because }: BitbucketSender,
  eventType: string | undefined,
): RoutingDecision {
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because,
    integrationId: integration?.id,
    isVerified: check.isVerified,
    verification: check.verification,
    subject: organization.id,
    eventType,
    providerDeliveryId: deliveryId(request.header('x-request-uuid')),
    regions: [organization.region],
    ackStatus: 202,
  };
}
