import {
  defineParser,
  isJsonObject,
  judgeSender,
  policyWith,
  refuse,
  refuseMethod,
  refuseSignature,
} from '../contract';
import type {
  ControlDecision,
  InboundRequest,
  IntegrationView,
  JsonObject,
  MailboxDecision,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
  SenderCheck,
} from '../contract';
import { fieldSet } from '../json';
import { GITHUB_EVENT_TYPES, GITHUB_INSTALL_EVENTS, isHandledByRegions } from './github.events';
import { verifyGithubSignature } from './github.signature';

/** Visible ASCII of at most 64 characters: what `X-GitHub-Delivery` (a UUID) always is. */
const DELIVERY_ID = /^[\x21-\x7e]{1,64}$/;

/** All that a decision reads of a body. */
const FIELDS = fieldSet('action', 'installation.id', 'repository.id');

/**
 * GitHub App webhooks (gateway.md §2.3.2).
 *
 * The app's webhook secret is one for all installations, so a signature is checked before the body is looked at. Without
 * it an integration's own secrets are used, which can only be known once the body has named the installation.
 */
export const githubParser = defineParser({
  provider: 'github',

  routes: {
    'webhook/': 'webhook',
    'installation/<id>/': 'installation-page',
    'search/<organization>/<integration>/': 'search',
  },

  /** GitHub's own limit is 25 MB; it sends nothing above it. */
  maxBodyBytes: 25 * 1_048_576,

  /** GitHub waits 10 s; the rest is for the way there and back. */
  answerBudgetMs: 9_000,

  eventTypes: GITHUB_EVENT_TYPES,

  /** gateway.md §2.5 [L]: order is kept per repository, and one busy repository holds up a hundredth of the others. */
  bucketCount: 100,

  async decide(request, context) {
    if (request.view === 'webhook') return decideWebhook(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'GitHub has no such path');
    return {
      kind: 'control',
      view: `github.${request.view}`,
      isVerified: false,
      reason: 'control_view',
      because: 'not a webhook view',
    };
  },
});

async function decideWebhook(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  if (request.mediaType !== 'application/json') {
    return refuse(415, 'bad_content_type', 'choose the content type application/json in the settings of the webhook');
  }
  const { githubWebhookSecrets } = context.secrets;
  // Without a secret of the app, an integration's own ones decide; they are known only once the body is read.
  const check = githubWebhookSecrets.length > 0 ? checkSender(request, githubWebhookSecrets) : UNCHECKED;
  if (check.refused) return refuseSignature(check.refused);

  const body = await request.fields(FIELDS);
  if (body === undefined) return refuse(400, 'bad_body', 'the body is not a JSON object');
  return { verification: check.verification, ...(await route(body, request, context, check)) };
}

const UNCHECKED: SenderCheck = { isVerified: false, verification: undefined, refused: undefined };

function checkSender(request: InboundRequest, secrets: readonly string[], policy = policyWith(secrets)): SenderCheck {
  const headers = { sha256: request.header('x-hub-signature-256'), sha1: request.header('x-hub-signature') };
  return judgeSender(policy, verifyGithubSignature(request.body, headers, secrets));
}

async function route(
  body: JsonObject,
  request: InboundRequest,
  context: ParserContext,
  appCheck: SenderCheck,
): Promise<RoutingDecision> {
  const eventType = request.header('x-github-event') || undefined;
  if (eventType === 'ping')
    return { kind: 'reply', status: 200, reason: 'accepted', because: 'GitHub tries the webhook' };

  const installationId = idOf(body['installation']);
  if (installationId === undefined) {
    return refuse(400, 'no_integration', 'the body has no installation.id: only webhooks of a GitHub App are accepted');
  }
  // deviates: the reference goes by the action, and so takes every comment that is created for an installation (W-13).
  if (eventType !== undefined && GITHUB_INSTALL_EVENTS.has(eventType)) return installEvent(appCheck.isVerified);

  const integration = await context.directory.findIntegration('github', installationId);
  if (integration === undefined) return refuse(400, 'no_integration', 'no active integration for this installation');
  const { webhookSecrets, verification } = integration;
  const check = appCheck.verification ? appCheck : checkSender(request, webhookSecrets, verification);
  if (check.refused) return refuseSignature(check.refused);

  if (integration.organizationIds.length === 0) {
    return refuse(400, 'no_organization', 'no active organization uses this installation');
  }
  // Never 202 without a stored row: GitHub would believe us (gateway.md §10, W-15).
  if (integration.regions.length === 0) {
    return refuse(400, 'no_mapping', 'no active organization of this installation is mapped to a region');
  }
  if (eventType !== undefined && !isHandledByRegions(eventType, body)) return dropped();
  return { ...store(body, request, integration), isVerified: check.isVerified, verification: check.verification };
}

function installEvent(isVerified: boolean): ControlDecision {
  return {
    kind: 'control',
    view: 'github.installation',
    isVerified,
    reason: 'install_event',
    because: 'the event changes an installation, which control keeps',
  };
}

function dropped(): ReplyDecision {
  return { kind: 'reply', status: 202, reason: 'dropped_event', because: 'no region handles this event or action' };
}

function store(body: JsonObject, request: InboundRequest, integration: IntegrationView): MailboxDecision {
  const delivery = request.header('x-github-delivery') ?? '';
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'webhook of an active installation',
    integrationId: integration.id,
    isVerified: false,
    subject: integration.id,
    bucketKey: idOf(body['repository']),
    // Without the header it is stored too, so that the region can say what is wrong with it; here it is one of the set.
    eventType: request.header('x-github-event') || undefined,
    providerDeliveryId: DELIVERY_ID.test(delivery) ? delivery : undefined,
    regions: integration.regions,
    ackStatus: 202,
  };
}

/** The `id` of a nested object, as text; `undefined` unless it is a positive whole number. */
function idOf(value: unknown): string | undefined {
  const id = isJsonObject(value) ? value['id'] : undefined;
  return Number.isSafeInteger(id) && (id as number) > 0 ? String(id) : undefined;
}
