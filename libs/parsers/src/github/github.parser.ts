import { defineParser, isJsonObject, refuse, refuseMethod, refuseSignature } from '../contract';
import type {
  ControlDecision,
  InboundRequest,
  IntegrationView,
  JsonObject,
  MailboxDecision,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
  SignatureVerdict,
} from '../contract';
import { GITHUB_EVENT_TYPES, GITHUB_INSTALL_EVENTS, isHandledByRegions } from './github.events';
import { verifyGithubSignature } from './github.signature';

/** Visible ASCII of at most 64 characters: what `X-GitHub-Delivery` (a UUID) always is. */
const DELIVERY_ID = /^[\x21-\x7e]{1,64}$/;

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
  const check = checkSignature(request, context.secrets.githubWebhookSecrets);
  if (check.refusal) return check.refusal;

  const body = request.json();
  if (body === undefined) return refuse(400, 'bad_body', 'the body is not a JSON object');
  return { verification: check.verification, ...(await route(body, request, context, check)) };
}

interface SignatureCheck {
  readonly isVerified: boolean;
  /** Absent when no secret is configured. */
  readonly verification: SignatureVerdict | undefined;
  readonly refusal: ReplyDecision | undefined;
}

/** A configured secret makes a signature necessary. */
function checkSignature(request: InboundRequest, secrets: readonly string[]): SignatureCheck {
  if (secrets.length === 0) return { isVerified: false, verification: undefined, refusal: undefined };
  const headers = { sha256: request.header('x-hub-signature-256'), sha1: request.header('x-hub-signature') };
  const verification = verifyGithubSignature(request.body, headers, secrets);
  const refusal = verification.kind === 'refused' ? refuseSignature(verification) : undefined;
  return { isVerified: verification.kind === 'ok', verification, refusal };
}

async function route(
  body: JsonObject,
  request: InboundRequest,
  context: ParserContext,
  appCheck: SignatureCheck,
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
  const check = appCheck.verification ? appCheck : checkSignature(request, integration.webhookSecrets);
  if (check.refusal) return check.refusal;

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
