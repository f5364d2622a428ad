import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureVerdict } from '../contract';

/** Slack's own limit (slack.md §4.4): a captured request can be replayed for as long, a slow clock may be off by as much. */
export const SLACK_MAX_AGE_SECONDS = 300;

/** The two headers that sign a request of Slack. */
export interface SlackSignatureHeaders {
  /** `X-Slack-Signature`. */
  readonly signature: string | undefined;
  /** `X-Slack-Request-Timestamp`. */
  readonly timestamp: string | undefined;
}

/** What a signature is checked by. */
export interface SlackSignatureOptions {
  /** Current secret first, then earlier ones, so that a secret is rotated without a gap. Empty ones are passed over. */
  readonly signingSecrets: readonly string[];
  /** The time to judge freshness by, in milliseconds since the Unix epoch. */
  readonly nowMs: number;
  /** True in the region, for a request that the gateway has verified: it may have waited there. Default false. */
  readonly isAgeIgnored?: boolean;
}

const refused = (reason: (SignatureVerdict & { kind: 'refused' })['reason']): SignatureVerdict => ({
  kind: 'refused',
  reason,
});

/**
 * Checks Slack's signature over the raw bytes of a body (slack.md §4.4). Constant time, and never throws.
 *
 * An empty secret counts as none: an HMAC with an empty key can be made by anybody.
 */
export function verifySlackSignature(
  body: Uint8Array,
  headers: SlackSignatureHeaders,
  options: SlackSignatureOptions,
): SignatureVerdict {
  const { signature, timestamp } = headers;
  if (options.signingSecrets.every((secret) => secret === '')) return refused('not_configured');
  if (!signature || !timestamp) return refused('missing_headers');
  if (!/^\d{1,12}$/.test(timestamp)) return refused('bad_timestamp');

  const ageSeconds = Math.floor(options.nowMs / 1000) - Number(timestamp);
  if (options.isAgeIgnored !== true) {
    if (ageSeconds > SLACK_MAX_AGE_SECONDS) return refused('stale');
    if (ageSeconds < -SLACK_MAX_AGE_SECONDS) return refused('future');
  }
  if (!/^v0=[0-9a-f]{64}$/.test(signature)) return refused('bad_format');

  const presented = Buffer.from(signature.slice('v0='.length), 'hex');
  const keyIndex = options.signingSecrets.findIndex(
    (secret) => secret !== '' && timingSafeEqual(presented, macOf(secret, timestamp, body)),
  );
  return keyIndex < 0 ? refused('mismatch') : { kind: 'ok', keyIndex };
}

/** Signs a body as Slack does; for tests, the demo sender and the region's replays. */
export function signSlackRequest(body: Uint8Array, timestamp: string, secret: string): string {
  return `v0=${macOf(secret, timestamp, body).toString('hex')}`;
}

function macOf(secret: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
}

/**
 * Compares the deprecated verification token of a body with the configured one, in constant time.
 *
 * Only for old apps without a signing secret; the caller sees to that.
 */
export function verifySlackToken(presented: unknown, expected: string | undefined): SignatureVerdict {
  if (!expected) return refused('not_configured');
  if (typeof presented !== 'string' || presented === '') return refused('missing_headers');
  return timingSafeEqual(digestOf(presented), digestOf(expected)) ? { kind: 'ok', keyIndex: 0 } : refused('mismatch');
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
