import {
  defineParser,
  deliveryId,
  externalId,
  isJsonObject,
  judgeSender,
  policyWith,
  refuse,
  refuseMethod,
  refuseSignature,
  refuseUnroutable,
  toControl,
} from '../contract';
import type { InboundRequest, ParserContext, ReplyDecision, RoutingDecision } from '../contract';
import { fieldSet } from '../json';
import { verifySharedSecret } from '../signatures';

/** All that a decision reads of a body. */
const FIELDS = fieldSet('id', 'resourceContainers.collection.id');

/** Azure DevOps: changes of work items (gateway.md §2.3.8). */
export const vstsParser = defineParser({
  provider: 'vsts',

  routes: {
    'issue-updated/': 'issue-updated',
    'search/<organization>/<integration>/': 'search',
    'configure/': 'configure',
  },

  /** A work item with all its fields stays far below; Azure DevOps documents no limit. */
  maxBodyBytes: 5 * 1_048_576,

  /** Azure DevOps waits 20 s; longer than half of it nobody should wait. */
  answerBudgetMs: 9_000,

  async decide(request, context) {
    if (request.view === 'issue-updated') return decideIssueUpdated(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'Azure DevOps has no such path');
    return toControl(`vsts.${request.view}`, 'not a webhook view');
  },
});

async function decideIssueUpdated(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  // Whatever the content type says: subscriptions can be set up to send another (gateway.md §2.3.8).
  const body = await request.fields(FIELDS);
  if (body === undefined) return refuse(400, 'bad_body', 'the body is not a JSON object');
  const containers = body['resourceContainers'];
  const collection = isJsonObject(containers) ? containers['collection'] : undefined;
  const id = externalId(isJsonObject(collection) ? collection['id'] : undefined);
  if (id === undefined) return refuse(400, 'no_integration', 'the body has no resourceContainers.collection.id');

  const integration = await context.directory.findIntegration('vsts', id);
  const secrets = integration?.webhookSecrets ?? [];
  const verdict = verifySharedSecret(request.header('shared-secret'), secrets);
  const { refused, verification, isVerified } = judgeSender(integration?.verification ?? policyWith(secrets), verdict);
  if (refused) return refuseSignature(refused);
  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined || integration === undefined) return { ...(refusal as ReplyDecision), verification };
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'a work item of an active integration',
    integrationId: integration.id,
    isVerified,
    verification,
    subject: integration.id,
    providerDeliveryId: notificationIdOf(body['id']),
    regions: integration.regions,
    ackStatus: 202,
  };
}

/** No header names a delivery; the body's `id` (a GUID) names the notification, and stays when it is sent again. */
function notificationIdOf(id: unknown): string | undefined {
  return typeof id === 'string' ? deliveryId(id) : undefined;
}
