import {
  defineParser,
  deliveryId,
  idOf,
  judgeSender,
  policyWith,
  refuse,
  refuseMethod,
  refuseSignature,
  refuseUnroutable,
  toControl,
} from '../contract';
import type { InboundRequest, IntegrationView, ParserContext, ReplyDecision, RoutingDecision } from '../contract';
import { fieldSet } from '../json';
import { verifySharedSecret } from '../signatures';
import { GITLAB_EVENT_TYPES, gitlabEventType } from './gitlab.events';
import { readGitlabToken } from './gitlab.token';

const FIELDS = fieldSet('project.id');

/**
 * GitLab webhooks (gateway.md §2.3.4). The header `X-Gitlab-Token` names the integration and carries its secret, so the sender is
 * verified before the body is looked at.
 */
export const gitlabParser = defineParser({
  provider: 'gitlab',

  routes: { 'webhook/': 'webhook', 'search/<organization>/<integration>/': 'search' },

  /** GitLab's own limit of a webhook's payload is 25 MB. */
  maxBodyBytes: 25 * 1_048_576,

  /** GitLab waits 10 s; the rest is for the way there and back. */
  answerBudgetMs: 9_000,

  eventTypes: GITLAB_EVENT_TYPES,

  async decide(request, context) {
    if (request.view === 'webhook') return decideWebhook(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'GitLab has no such path');
    return toControl(`gitlab.${request.view}`, 'not a webhook view');
  },
});

async function decideWebhook(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const token = readGitlabToken(request.header('x-gitlab-token'));
  if (token.kind === 'broken') return refuse(400, 'bad_header', token.because);
  if (request.mediaType !== 'application/json') {
    return refuse(415, 'bad_content_type', 'GitLab sends its webhooks as application/json');
  }
  const integration = await context.directory.findIntegration('gitlab', token.externalId);
  const secrets = integration?.webhookSecrets ?? [];
  const verdict = verifySharedSecret(token.secret, secrets);
  const { refused, verification, isVerified } = judgeSender(integration?.verification ?? policyWith(secrets), verdict);
  if (refused) return refuseSignature(refused);
  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined || integration === undefined) return { ...(refusal as ReplyDecision), verification };

  const event = gitlabEventType(request.header('x-gitlab-event'));
  if (event === 'unhandled') return { ...DROPPED, verification };
  return { ...(await store(request, integration, event)), isVerified, verification };
}

const DROPPED: ReplyDecision = {
  kind: 'reply',
  status: 202,
  reason: 'dropped_event',
  because: 'no region handles this event',
};

async function store(
  request: InboundRequest,
  integration: IntegrationView,
  eventType: string | undefined,
): Promise<RoutingDecision & { kind: 'mailbox' }> {
  // Read leniently, as the reference does: the region says what is wrong with a body.
  const project = (await request.fields(FIELDS))?.['project'];
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'webhook of an active integration',
    integrationId: integration.id,
    isVerified: false,
    subject: integration.id,
    bucketKey: idOf(project),
    eventType,
    providerDeliveryId: deliveryIdOf(request),
    regions: integration.regions,
    ackStatus: 202,
  };
}

/**
 * The same when GitLab tries again: `Idempotency-Key` (since 17.4); before that, an id of the attempt.
 *
 * Not `X-Gitlab-Event-UUID`: every webhook that one request to GitLab sets off has the same, and so have those that these set
 * off in turn, and a region that takes the second for a repetition would lose it.
 */
function deliveryIdOf(request: InboundRequest): string | undefined {
  return deliveryId(request.header('idempotency-key') ?? request.header('x-gitlab-webhook-uuid'));
}
