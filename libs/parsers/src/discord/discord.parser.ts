import {
  defineParser,
  externalId,
  judgeSender,
  refuse,
  refuseMethod,
  refuseSignature,
  refuseUnroutable,
  toControl,
} from '../contract';
import type {
  InboundRequest,
  IntegrationView,
  JsonObject,
  ParserContext,
  ReplyDecision,
  RoutingDecision,
} from '../contract';
import { fieldSet } from '../json';
import { verifyDiscordSignature } from './discord.signature';

const FIELDS = fieldSet('type', 'guild_id', 'application_id', 'token');

const PING = 1;
const COMMAND = 2;
const COMPONENT = 3;
/** "Bot is thinking …", shown to the person who asked only. */
const DEFERRAL = { type: 5, data: { flags: 64 } };

const APPLICATION_ID = /^\d{1,20}$/;
/** Discord's interaction tokens are URL-safe text; anything else would make another URL of the callback. */
const TOKEN = /^[A-Za-z0-9_.=-]{1,512}$/;

const PAGES: ReadonlySet<string> = new Set(['link-identity', 'unlink-identity', 'configure']);

/** Discord interactions (gateway.md §2.3.10). Discord sends bad signatures on purpose, to see them refused. */
export const discordParser = defineParser({
  provider: 'discord',

  routes: {
    'interactions/': 'interactions',
    'link-identity/<signed>/': 'link-identity',
    'unlink-identity/<signed>/': 'unlink-identity',
    'configure/': 'configure',
  },

  /** Interactions carry the message they belong to, at most 6,000 characters and its embeds. */
  maxBodyBytes: 1_048_576,

  /** Discord gives up after 3 s; the rest is for the way there and back. */
  answerBudgetMs: 2_500,

  async decide(request, context) {
    if (request.view === 'interactions') return decideInteraction(request, context);
    if (PAGES.has(request.view)) return toControl(`discord.${request.view}`, 'not a webhook view');
    return refuse(404, 'unknown_view', 'Discord has no such path');
  },
});

async function decideInteraction(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const headers = {
    signature: request.header('x-signature-ed25519'),
    timestamp: request.header('x-signature-timestamp'),
  };
  // The grammar is checked while the signature is, beside each other; nothing of what is read is used before the verdict.
  const checking = verifyDiscordSignature(request.body, headers, context.secrets.discordPublicKeys);
  const body = await request.fields(FIELDS);
  const verdict = await checking;
  const { refused, verification } = judgeSender('require', verdict);
  if (refused) return { ...refuseSignature(refused), json: undefined };

  if (body === undefined) return { ...refuse(400, 'bad_body', 'the body is not a JSON object'), verification };
  return { ...(await route(body, context)), verification };
}

async function route(body: JsonObject, { directory }: ParserContext): Promise<RoutingDecision> {
  if (body['type'] === PING) {
    return {
      kind: 'reply',
      status: 200,
      reason: 'challenge',
      because: 'Discord asks whether we are there',
      json: { type: 1 },
    };
  }
  const guild = externalId(body['guild_id']);
  if (guild === undefined) return refuse(400, 'no_integration', 'the interaction belongs to no server (guild_id)');
  const integration = await directory.findIntegration('discord', guild);
  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined || integration === undefined) return refusal as ReplyDecision;
  switch (body['type']) {
    case COMMAND:
      return toFirst(integration, callbackOf(body));
    case COMPONENT:
      return toAll(integration, callbackOf(body));
    default:
      return {
        ...toControl('discord.interaction', 'neither a command nor a component of a message', true),
        integrationId: integration.id,
      };
  }
}

const facts = ({ id }: IntegrationView) => ({ integrationId: id, isVerified: true, reason: 'accepted' }) as const;

function toFirst(integration: IntegrationView, callbackUrl: string | undefined): RoutingDecision {
  const because = 'a command: the first region answers';
  if (callbackUrl === undefined)
    return { kind: 'first-region', ...facts(integration), because, regions: integration.regions };
  return defer(integration, integration.regions.slice(0, 1), callbackUrl, because);
}

function toAll(integration: IntegrationView, callbackUrl: string | undefined): RoutingDecision {
  const because = 'a component of a message, which may concern any region';
  if (callbackUrl === undefined)
    return { kind: 'all-regions', ...facts(integration), because, regions: integration.regions };
  return defer(integration, integration.regions, callbackUrl, because);
}

/** deviates: the reference answers 202 and puts the flags beside the type, which Discord does not read. */
const defer = (
  integration: IntegrationView,
  regions: readonly string[],
  callbackUrl: string,
  because: string,
): RoutingDecision => ({
  kind: 'deferred',
  ...facts(integration),
  because,
  regions,
  callbackUrl,
  ackStatus: 200,
  ackJson: DEFERRAL,
  answerMember: 'data',
});

/** Where Discord takes the answer later; `undefined` when the interaction does not say. */
function callbackOf({ application_id: application, token }: JsonObject): string | undefined {
  if (typeof application !== 'string' || !APPLICATION_ID.test(application)) return undefined;
  if (typeof token !== 'string' || !TOKEN.test(token)) return undefined;
  return `https://discord.com/api/v10/webhooks/${application}/${token}`;
}
