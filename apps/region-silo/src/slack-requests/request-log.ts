import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject } from '@switchyard/parsers';
import type { InboundRequest, JsonObject } from '@switchyard/parsers';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { Verdict } from '../handlers/contract';

/** What is known of one request of Slack when it has been judged. */
export interface JudgedSlackRequest {
  readonly kind: string;
  readonly request: InboundRequest;
  readonly payload: JsonObject;
  readonly integrationId: string | undefined;
  readonly verdict: Verdict;
}

const VALUE_MAX = 64;

/** Writes the line about a request of Slack (slack.md §4.9): ids and how it ended, never what somebody said or a token. */
@Injectable()
export class SlackRequestLog {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  write({ kind, request, payload, integrationId, verdict }: JudgedSlackRequest): void {
    this.logger.info(
      {
        request_kind: kind,
        ...slackFacts(payload),
        ...known({
          integration_id: integrationId,
          slack_retry_num: request.header('x-slack-retry-num'),
          slack_retry_reason: request.header('x-slack-retry-reason'),
        }),
        outcome: verdict.kind,
        status: verdict.status,
      },
      'slack.request',
    );
  }
}

/** Ids of a payload, by the rule that all fields follow: `NAME_id`, else `NAME.id` (slack.md §4.3); empty ones are left out. */
export function slackFacts(payload: JsonObject): Readonly<Record<string, string>> {
  const event = isJsonObject(payload['event']) ? payload['event'] : {};
  return known({
    slack_team_id: idOf(payload, 'team'),
    slack_channel_id: idOf(payload, 'channel') ?? textOf(event['channel']),
    slack_user_id: idOf(payload, 'user') ?? textOf(event['user']),
    slack_event_id: textOf(payload['event_id']),
    slack_callback_id: textOf(payload['callback_id']),
    slack_api_app_id: textOf(payload['api_app_id']),
  });
}

function known(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

function idOf(payload: JsonObject, name: string): string | undefined {
  const nested = payload[name];
  return textOf(payload[`${name}_id`]) ?? textOf(isJsonObject(nested) ? nested['id'] : undefined);
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, VALUE_MAX) : undefined;
