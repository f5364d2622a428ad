import { findRoutedOrganization, idInPath } from '../bitbucket/bitbucket.request';
import type { RoutedOrganization } from '../bitbucket/bitbucket.request';
import { verifyBitbucketSignature } from '../bitbucket/bitbucket.signature';
import { defineParser, deliveryId, judgeSender, policyWith, refuse, refuseMethod, refuseSignature } from '../contract';
import type {
  InboundRequest,
  IntegrationView,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
  SenderCheck,
} from '../contract';

/** `X-Event-Key` of the one event that a region handles. */
const PUSH = 'repo:refs_changed';

/**
 * Webhooks of Bitbucket Server and Data Center (gateway.md §2.3.7).
 *
 * The path names the organization and the integration, so a body is never looked at; order is kept within the organization.
 */
export const bitbucketServerParser = defineParser({
  provider: 'bitbucket_server',

  routes: { 'organizations/<organization>/webhook/<integration>/': 'webhook' },

  /** No limit is documented; this is what the gateway takes at most (gateway.md §12). */
  maxBodyBytes: 25 * 1_048_576,

  /** A server waits 20 s unless its administrator says otherwise; nobody should wait longer than half of that. */
  answerBudgetMs: 9_000,

  eventTypes: new Set(['push']),

  async decide(request, context) {
    if (request.view === 'webhook') return decideWebhook(request, context);
    return refuse(404, 'unknown_view', 'Bitbucket Server has no such path');
  },
});

async function decideWebhook(request: InboundRequest, { directory }: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const { organization: organizationId, integration: integrationId } = request.params;
  const organization = await findRoutedOrganization(directory, 'bitbucket_server', organizationId, 404);
  if ('kind' in organization) return organization;

  const id = idInPath(integrationId);
  const integration = id === undefined ? undefined : organization.integrations.find((known) => known.id === id);
  if (integration === undefined) {
    return refuse(400, 'no_integration', 'the organization has no active integration of this id');
  }
  const check = checkSender(request, integration);
  if (check.refused) return refuseSignature(check.refused);
  const event = request.header('x-event-key') || undefined;
  if (event !== undefined && event !== PUSH) return { ...DROPPED, verification: check.verification };
  return store(request, organization, integration, check);
}

/** A server signs what it has a secret for. */
function checkSender(request: InboundRequest, { webhookSecrets, verification }: IntegrationView): SenderCheck {
  const verdict = verifyBitbucketSignature(request.body, request.header('x-hub-signature'), webhookSecrets);
  return judgeSender(verification ?? policyWith(webhookSecrets), verdict);
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
  integration: IntegrationView,
  { isVerified, verification }: SenderCheck,
): RoutingDecision {
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'webhook of an active integration of a mapped organization',
    integrationId: integration.id,
    isVerified,
    verification,
    subject: organization.id,
    // Without the header it is stored too, so that the region can say what is wrong with it.
    eventType: request.header('x-event-key') ? 'push' : undefined,
    providerDeliveryId: deliveryId(request.header('x-request-id')),
    regions: [organization.region],
    ackStatus: 202,
  };
}
