import type { ControlDecision, InboundRequest, JsonObject } from '@switchyard/parsers';
import { isJsonObject, parseJsonObject } from '@switchyard/parsers';

/** Who in Slack asks, and where the answer may go. */
export interface SlackSender {
  readonly integrationId: string;
  readonly teamId: string;
  readonly slackUserId: string;
  readonly channelId: string | undefined;
  readonly responseUrl: string | undefined;
}

/** Reads the sender of a command or an interaction, which the parser has checked already; `undefined` when somebody is missing. */
export function slackSender(inbound: InboundRequest, { integrationId }: ControlDecision): SlackSender | undefined {
  const form = inbound.form();
  const payload = form?.get('payload');
  const data: JsonObject = payload === undefined ? Object.fromEntries(form ?? []) : (parseJsonObject(payload) ?? {});
  const teamId = idOf(data, 'team');
  const slackUserId = idOf(data, 'user');
  if (integrationId === undefined || teamId === undefined || slackUserId === undefined) return undefined;
  const responseUrl = data['response_url'];
  return {
    integrationId,
    teamId,
    slackUserId,
    channelId: idOf(data, 'channel'),
    responseUrl: typeof responseUrl === 'string' && responseUrl !== '' ? responseUrl : undefined,
  };
}

function idOf(data: JsonObject, name: string): string | undefined {
  const nested = data[name];
  const id = data[`${name}_id`] ?? (isJsonObject(nested) ? nested['id'] : undefined);
  return typeof id === 'string' && /^[A-Za-z0-9]{1,64}$/.test(id) ? id : undefined;
}
