import { slackSignature } from '../signatures';
import type { FreshIds } from '../signatures';
import type { ResponseUrlPool } from './response-url-pool';

/** What Slack requests are made of. */
export interface SlackOptions {
  readonly signingSecret: string;
  readonly ids: FreshIds;
  /** When they are sent, in seconds since the Unix epoch. */
  readonly nowSeconds: number;
  /** A workspace that the directory knows, and its regions in the order of their names. */
  readonly team: string;
  readonly regions: readonly string[];
  /** Response URLs of the stand-in. */
  readonly responseUrls: Pick<ResponseUrlPool, 'take'>;
  /** The origin of the stand-in. */
  readonly callbackOrigin: string;
  /** An issue that one of the regions holds: clicks and dialogs are about it. */
  readonly issue: { readonly id: string; readonly organization: string; readonly region: string };
  /** Somebody who is linked, and may change that issue. */
  readonly userId: string;
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
export const responseUrl = ({ responseUrls }: SlackOptions, kind: 'actions' | 'commands') => responseUrls.take(kind);

/** A form as Slack encodes it. */
export function formOf(fields: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(new URLSearchParams(fields).toString());
}

/** An interactive payload as Slack wraps it. */
export function payloadForm(payload: object): Buffer {
  return formOf({ payload: JSON.stringify(payload) });
}
