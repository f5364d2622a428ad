import { signSlackRequest } from '@switchyard/parsers';
import type { KitRequest } from './region-kit';
import { SLACK_SECRET } from './region-kit';

/** 2026-01-01, when the clock of the tests starts. */
const START_SECONDS = Date.UTC(2026, 0, 1) / 1000;

/** A request of Slack, signed as Slack does. */
export function slackRequest(
  view: string,
  body: string | Buffer,
  rest: KitRequest & { readonly timestamp?: string } = {},
): KitRequest {
  const { timestamp = String(START_SECONDS), ...others } = rest;
  const bytes = Buffer.from(body);
  const mediaType = view === 'event' ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    path: `/extensions/slack/${view}/`,
    ...others,
    body: bytes,
    headers: {
      'content-type': mediaType,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlackRequest(bytes, timestamp, SLACK_SECRET),
      ...others.headers,
    },
  };
}

/** A form with one field `payload`, as actions and option loads have it. */
export function payloadForm(payload: unknown): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** A slash command. */
export function commandForm(text: string): string {
  return new URLSearchParams({
    team_id: 'T1',
    user_id: 'U1',
    channel_id: 'C1',
    command: '/switchyard',
    text,
  }).toString();
}
