import type { InboundRequest } from '../contract';
import blockActions from '../slack/fixtures/block-actions.json';
import blockSuggestion from '../slack/fixtures/block-suggestion.json';
import linkShared from '../slack/fixtures/link-shared.json';
import { signSlackRequest } from '../slack/slack.signature';
import { bytesOf, request } from './request';
import type { TestBody } from './request';

/** Signs what {@link slackRequests} makes. */
export const SLACK_SECRET = 'switchyard-test-secret';
export const SLACK_RESPONSE_URL = 'https://hooks.slack.com/actions/T001/1/x';

const TIMESTAMP = '1700000000';

/** Requests of Slack for specs of its parser; `changes` replace members of what Slack really sends. */
export const slackRequests = {
  sign: (body: Buffer): Record<string, string> => ({
    'x-slack-signature': signSlackRequest(body, TIMESTAMP, SLACK_SECRET),
    'x-slack-request-timestamp': TIMESTAMP,
  }),
  signed: (view: string, body: TestBody): InboundRequest => request(view, slackRequests.sign(bytesOf(body)), body),
  form: (fields: Record<string, string>): URLSearchParams => new URLSearchParams(fields),
  payload: (value: unknown): URLSearchParams => new URLSearchParams({ payload: JSON.stringify(value) }),
  action: (changes: object = {}): InboundRequest =>
    slackRequests.signed('action', slackRequests.payload({ ...blockActions, ...changes })),
  options: (changes: object = {}): InboundRequest =>
    slackRequests.signed('options-load', slackRequests.payload({ ...blockSuggestion, ...changes })),
  command: (fields: Record<string, string>): InboundRequest =>
    slackRequests.signed('commands', slackRequests.form(fields)),
  event: (changes: object = {}): InboundRequest => slackRequests.signed('event', { ...linkShared, ...changes }),
  inner: (type: string, more: object = {}): InboundRequest => slackRequests.event({ event: { type, ...more } }),
};

/** What Slack is told when nothing could be done, and other answers of the parser. */
export const slackAnswers = {
  message: (text: RegExp) => ({
    response_type: 'ephemeral',
    replace_original: false,
    text: expect.stringMatching(text) as string,
  }),
  refused: (status: number, reason: string) => ({ kind: 'reply', status, reason }),
  inControl: (view: string) => ({ kind: 'control', view }),
  empty: (reason: string) => ({ kind: 'reply', status: 200, reason }),
};
