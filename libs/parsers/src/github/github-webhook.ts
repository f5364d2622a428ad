import { deliveryId, idOf, judgeSender, refuse, refuseMethod, refuseSignature, refuseUnroutable } from '../contract';
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
  VerificationPolicy,
} from '../contract';
import { fieldSet } from '../json';
import { GITHUB_INSTALL_EVENTS, isHandledByRegions } from './github.events';
import { verifyGithubSignature } from './github.signature';

/** What differs between github.com and servers that customers run. */
export interface GithubEdition {
  readonly provider: string;
  /** Secrets of the product's own app, which sign every webhook; none where each server has its own app. */
  readonly appSecretsOf: (context: ParserContext) => readonly string[];
  /** The directory's id of an installation; a refusal when the request does not say whose it is. */
  readonly externalIdOf: (request: InboundRequest, installationId: string) => string | ReplyDecision;
  /** When the operator has chosen nothing. */
  readonly policyOf: (secrets: readonly string[]) => VerificationPolicy;
}

/** All that a decision reads of a body. */
const FIELDS = fieldSet('action', 'installation.id', 'repository.id');

const UNCHECKED: SenderCheck = { isVerified: false, verification: undefined, refused: undefined };

/**
 * Decides a webhook of a GitHub App (gateway.md §2.3.2, §2.3.3).
 *
 * A secret of the app is one for all installations, so the signature is checked before the body is looked at. Without it an
 * integration's own secrets decide, which can only be known once the body has named the installation.
 */
export async function decideGithubWebhook(
  edition: GithubEdition,
  request: InboundRequest,
  context: ParserContext,
): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  if (request.mediaType !== 'application/json') {
    return refuse(415, 'bad_content_type', 'choose the content type application/json in the settings of the webhook');
  }
  const secrets = edition.appSecretsOf(context);
  const check = secrets.length > 0 ? checkSender(request, secrets, 'require') : UNCHECKED;
  if (check.refused) return refuseSignature(check.refused);

  const body = await request.fields(FIELDS);
  if (body === undefined) return refuse(400, 'bad_body', 'the body is not a JSON object');
  return { verification: check.verification, ...(await route(edition, body, request, context, check)) };
}

function checkSender(request: InboundRequest, secrets: readonly string[], policy: VerificationPolicy): SenderCheck {
  const headers = { sha256: request.header('x-hub-signature-256'), sha1: request.header('x-hub-signature') };
  return judgeSender(policy, verifyGithubSignature(request.body, headers, secrets));
}

async function route(
  edition: GithubEdition,
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
  const externalId = edition.externalIdOf(request, installationId);
  if (typeof externalId !== 'string') return externalId;

  // deviates: the reference goes by the action, and so takes every comment that is created for an installation (W-13).
  const isInstallEvent = eventType !== undefined && GITHUB_INSTALL_EVENTS.has(eventType);
  if (isInstallEvent && appCheck.verification) return installEvent(edition, appCheck);

  const integration = await context.directory.findIntegration(edition.provider, externalId);
  const check = appCheck.verification ? appCheck : checkIntegration(edition, request, integration);
  if (check.refused) return refuseSignature(check.refused);
  if (isInstallEvent) return installEvent(edition, check);

  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined || integration === undefined) return { ...(refusal as ReplyDecision), ...factsOf(check) };
  if (eventType !== undefined && !isHandledByRegions(eventType, body)) return { ...DROPPED, ...factsOf(check) };
  return { ...store(body, request, integration), ...factsOf(check), isVerified: check.isVerified };
}

function checkIntegration(
  { policyOf }: GithubEdition,
  request: InboundRequest,
  integration: IntegrationView | undefined,
): SenderCheck {
  if (integration === undefined) return UNCHECKED;
  const { webhookSecrets, verification } = integration;
  return checkSender(request, webhookSecrets, verification ?? policyOf(webhookSecrets));
}

const factsOf = ({ verification }: SenderCheck): Pick<SenderCheck, 'verification'> => ({ verification });

function installEvent({ provider }: GithubEdition, { isVerified, verification }: SenderCheck): ControlDecision {
  return {
    kind: 'control',
    view: `${provider}.installation`,
    isVerified,
    reason: 'install_event',
    because: 'the event changes an installation, which control keeps',
    verification,
  };
}

const DROPPED: ReplyDecision = {
  kind: 'reply',
  status: 202,
  reason: 'dropped_event',
  because: 'no region handles this event or action',
};

function store(body: JsonObject, request: InboundRequest, integration: IntegrationView): MailboxDecision {
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
    providerDeliveryId: deliveryId(request.header('x-github-delivery')),
    regions: integration.regions,
    ackStatus: 202,
  };
}
