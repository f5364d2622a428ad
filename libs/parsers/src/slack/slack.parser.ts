import { defineParser, refuse, refuseMethod, refuseSignature, toControl } from '../contract';
import type {
  ControlDecision,
  InboundRequest,
  IntegrationView,
  JsonObject,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
  SignatureVerdict,
} from '../contract';
import { toRegions } from './slack.destination';
import { SLACK_EVENT_TYPES, SLACK_LIFECYCLE_EVENTS } from './slack.events';
import { noIntegration, noWorkspace, nothingToDo } from './slack.replies';
import { decodeSlackBody, readSlackRequest } from './slack.request';
import type { SlackWebhookView, SlackWorkspaceRequest } from './slack.request';
import { verifySlackSignature, verifySlackToken } from './slack.signature';

/** What Slack sends to each of its four paths (slack.md §4.1). */
const MEDIA_TYPES: Readonly<Record<SlackWebhookView, string>> = {
  action: 'application/x-www-form-urlencoded',
  commands: 'application/x-www-form-urlencoded',
  event: 'application/json',
  'options-load': 'application/x-www-form-urlencoded',
};

/**
 * Slack: events, actions, commands, option loads and linking pages (slack.md §4, §7; gateway.md §2.3.1).
 *
 * Nothing of a body is parsed or looked up before its signature has passed. (With a verification token alone it has to be
 * parsed first, because the token is inside.)
 */
export const slackParser = defineParser({
  provider: 'slack',

  routes: {
    'action/': 'action',
    'commands/': 'commands',
    'event/': 'event',
    'options-load/': 'options-load',
    'link-identity/<signed>/': 'link-identity',
    'unlink-identity/<signed>/': 'unlink-identity',
    'link-team/<signed>/': 'link-team',
    'unlink-team/<signed>/': 'unlink-team',
  },

  /** slack.md §4.3. */
  maxBodyBytes: 1_048_576,

  /** Slack waits 3 s (slack.md §7.5); the rest is for the way there and back. */
  answerBudgetMs: 2_500,

  eventTypes: SLACK_EVENT_TYPES,

  async decide(request, context) {
    const { view } = request;
    if (isWebhookView(view)) return decideWebhook(view, request, context);
    if (view === 'unknown') return refuse(404, 'unknown_view', 'Slack has no such path');
    if (request.method !== 'GET' && request.method !== 'POST')
      return refuse(405, 'method_not_allowed', 'pages take GET and POST', { allow: 'GET, POST' });
    return view.endsWith('-team')
      ? toControl('slack.team-page', 'pages about teams are opened by control for the region that made the link')
      : toControl('slack.link-page', 'pages about people are answered by control');
  },
});

const isWebhookView = (view: string): view is SlackWebhookView => Object.hasOwn(MEDIA_TYPES, view);

async function decideWebhook(
  view: SlackWebhookView,
  request: InboundRequest,
  context: ParserContext,
): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const expected = MEDIA_TYPES[view];
  if (request.mediaType !== expected) return refuse(415, 'bad_content_type', `Slack sends ${expected} here`);

  const opened = await open(view, request, context);
  if (opened.kind === 'reply') return opened;

  const slack = readSlackRequest(view, opened.data);
  if (slack.kind === 'broken') return { ...refuseBody(view, slack.because), verification: opened.verification };
  if (slack.kind === 'challenge') return challenge(opened.verification);
  return { ...(await route(slack, context)), verification: opened.verification };
}

interface Opened {
  readonly kind: 'opened';
  readonly data: JsonObject;
  readonly verification: SignatureVerdict;
}

/** Verifies and decodes, in that order where there is a signing secret. */
async function open(
  view: SlackWebhookView,
  request: InboundRequest,
  context: ParserContext,
): Promise<Opened | ReplyDecision> {
  const { slackSigningSecrets, slackVerificationToken } = context.secrets;
  const isTokenOnly = slackVerificationToken !== undefined && slackSigningSecrets.every((secret) => secret === '');

  const signature = isTokenOnly ? undefined : verifySignature(request, context);
  if (signature?.kind === 'refused') return refuseSignature(signature);

  const body = await decodeSlackBody(view, request);
  if (body.kind === 'broken') return { ...refuseBody(view, body.because), verification: signature };

  const verification = signature ?? verifySlackToken(body.data['token'], slackVerificationToken);
  if (verification.kind === 'refused') return refuseSignature(verification);
  return { kind: 'opened', data: body.data, verification };
}

function verifySignature(request: InboundRequest, { secrets, nowMs }: ParserContext): SignatureVerdict {
  return verifySlackSignature(
    request.body,
    { signature: request.header('x-slack-signature'), timestamp: request.header('x-slack-request-timestamp') },
    { signingSecrets: secrets.slackSigningSecrets, nowMs },
  );
}

/** A broken event stays broken: Slack is told not to send it three times more. */
function refuseBody(view: SlackWebhookView, because: string): ReplyDecision {
  return refuse(400, 'bad_body', because, view === 'event' ? { 'x-slack-no-retry': '1' } : undefined);
}

function challenge(verification: SignatureVerdict): ControlDecision {
  return {
    kind: 'control',
    view: 'slack.challenge',
    isVerified: true,
    reason: 'challenge',
    because: 'Slack checks that the event URL is ours',
    verification,
  };
}

async function route(slack: SlackWorkspaceRequest, { directory }: ParserContext): Promise<RoutingDecision> {
  if (slack.kind === 'event' && slack.type === 'app_rate_limited') return lifecycle(undefined);

  // Never a lookup without an id: in the reference that finds "the only integration there is" (slack.md §4.5).
  const externalId = slack.teamId ?? slack.enterpriseId;
  if (externalId === undefined) return noWorkspace(slack.kind);
  const integration = await directory.findIntegration('slack', externalId);
  if (integration === undefined) return noIntegration(slack.kind);

  if (slack.kind === 'event' && SLACK_LIFECYCLE_EVENTS.has(slack.type)) return lifecycle(integration);
  if (integration.organizationIds.length === 0) {
    return nothingToDo(slack.kind, 'no_organization', 'no organization has this workspace installed');
  }
  if (integration.regions.length === 0) {
    return nothingToDo(slack.kind, 'no_mapping', 'no organization of this workspace is mapped to a region');
  }
  return toRegions(slack, integration);
}

function lifecycle(integration: IntegrationView | undefined): ControlDecision {
  return {
    kind: 'control',
    view: 'slack.lifecycle',
    integrationId: integration?.id,
    isVerified: true,
    reason: 'control_view',
    because: 'the event is about the app itself',
  };
}
