import {
  defineParser,
  externalId,
  isJsonObject,
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
import { checkTeamsToken } from './msteams.token';

const FIELDS = fieldSet(
  'type',
  'action',
  'serviceUrl',
  'value.payload.integrationId',
  'channelData.team.id',
  'channelData.tenant.id',
);

/**
 * Microsoft Teams (gateway.md §2.3.9). The token is checked before anything in the body is believed; it proves the body's service
 * URL, so that one field is read first.
 */
export const msteamsParser = defineParser({
  provider: 'msteams',

  routes: {
    'webhook/': 'webhook',
    'configure/': 'configure',
    'link-identity/<signed>/': 'link-identity',
    'unlink-identity/<signed>/': 'unlink-identity',
  },

  /** Activities carry a message and cards: the Bot Framework's limit is about 40 KB for what it sends, with room. */
  maxBodyBytes: 1_048_576,

  /** The Bot Framework waits 15 s. */
  answerBudgetMs: 9_000,

  async decide(request, context) {
    if (request.view === 'webhook') return decideWebhook(request, context);
    if (request.view === 'unknown') return refuse(404, 'unknown_view', 'Microsoft Teams has no such path');
    return toControl(`msteams.${request.view}`, 'not a webhook view');
  },
});

async function decideWebhook(request: InboundRequest, context: ParserContext): Promise<RoutingDecision> {
  if (request.method !== 'POST') return refuseMethod();
  const body = await request.fields(FIELDS);
  if (body === undefined) return refuse(400, 'bad_body', 'the body is not a JSON object');
  const verdict = await checkTeamsToken(request.header('authorization'), body['serviceUrl'], context);
  const { refused, verification } = judgeSender('require', verdict);
  if (refused) return refuseSignature(refused);
  return { ...(await route(body, context)), verification };
}

async function route(body: JsonObject, { directory }: ParserContext): Promise<RoutingDecision> {
  const card = externalIdAt(body, 'value', 'payload', 'integrationId');
  const team = externalIdAt(body, 'channelData', 'team', 'id');
  if (card === undefined && team === undefined) {
    return toControl('msteams.message', 'a personal chat, or an event of no team', true);
  }
  if (body['type'] === 'installationUpdate') {
    return {
      ...toControl('msteams.installation', 'the bot was added to a team or removed from it', true),
      reason: 'install_event',
    };
  }
  const integration = await find(directory, card, [team, externalIdAt(body, 'channelData', 'tenant', 'id')]);
  const refusal = refuseUnroutable(integration);
  if (refusal !== undefined || integration === undefined) return refusal as ReplyDecision;
  if (typeof body['type'] !== 'string')
    return { ...toControl('msteams.message', 'the activity has no type', true), integrationId: integration.id };
  return {
    kind: 'mailbox',
    reason: 'accepted',
    because: 'an activity of an active team',
    integrationId: integration.id,
    isVerified: true,
    subject: integration.id,
    regions: integration.regions,
    ackStatus: 202,
  };
}

/** By the card, then the team, then the tenant; always among the integrations of Teams (gateway.md §10, W-27). */
async function find(
  directory: ParserContext['directory'],
  card: string | undefined,
  externalIds: readonly (string | undefined)[],
): Promise<IntegrationView | undefined> {
  const byCard = card === undefined ? undefined : await directory.findIntegrationById('msteams', card);
  if (byCard !== undefined) return byCard;
  for (const id of externalIds) {
    const found = id === undefined ? undefined : await directory.findIntegration('msteams', id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function externalIdAt(body: JsonObject, ...path: readonly string[]): string | undefined {
  let value: unknown = body;
  for (const name of path) value = isJsonObject(value) ? value[name] : undefined;
  return externalId(typeof value === 'number' ? String(value) : value);
}
