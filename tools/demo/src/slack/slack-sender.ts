import { slackSignature } from '../signatures';
import type { FreshIds } from '../signatures';

/** What Slack requests are made of. */
export interface SlackOptions {
  readonly signingSecret: string;
  readonly ids: FreshIds;
  /** When they are sent, in seconds since the Unix epoch. */
  readonly nowSeconds: number;
  /** A workspace that the directory knows, and its regions in the order of their names. */
  readonly team: string;
  readonly regions: readonly string[];
  /** Where the stand-in of Slack listens for deferred answers. */
  readonly callbackOrigin: string;
}

/** How a request is signed; the deviations are for forgeries. */
export interface SlackSigning {
  readonly secret?: string;
  readonly timestamp?: number;
}

/** Media types of Slack's requests. */
export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Slack's headers in its order, with a v0 signature over the body. */
export function slackHeaders(
  body: Buffer,
  contentType: string,
  options: Pick<SlackOptions, 'signingSecret' | 'nowSeconds'>,
  { secret = options.signingSecret, timestamp = options.nowSeconds }: SlackSigning = {},
): string[] {
  const sentAt = String(timestamp);
  return [
    ...['User-Agent', 'Slackbot 1.0 (+https://api.slack.com/robots)'],
    ...['Accept-Encoding', 'gzip,deflate'],
    ...['Accept', 'application/json,*/*'],
    ...['X-Slack-Signature', slackSignature(body, sentAt, secret)],
    ...['X-Slack-Request-Timestamp', sentAt],
    ...['Content-Type', contentType],
  ];
}

/** A response URL of the stand-in, and the token by which its answer is recognized. */
export function responseUrl(
  { callbackOrigin, ids }: SlackOptions,
  kind: 'actions' | 'commands',
): {
  token: string;
  url: string;
} {
  const token = ids.hex(12);
  return { token, url: `${callbackOrigin}/${kind}/${token}` };
}

/** A form as Slack encodes it. */
export function formOf(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(new URLSearchParams(fields).toString());
}

/** An interactive payload as Slack wraps it. */
export function payloadForm(payload: object): Buffer {
  return formOf({ payload: JSON.stringify(payload) });
}
