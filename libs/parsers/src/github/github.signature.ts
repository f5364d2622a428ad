import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureVerdict } from '../contract';

/** The headers that sign a webhook of GitHub. */
export interface GithubSignatureHeaders {
  /** `X-Hub-Signature-256`. */
  readonly sha256: string | undefined;
  /** `X-Hub-Signature`: SHA-1, looked at only when the other header is absent. */
  readonly sha1: string | undefined;
}

/**
 * Checks GitHub's signature over the raw bytes of a body. Constant time, and never throws.
 *
 * @param secrets current one first; empty ones are passed over, because an HMAC with an empty key proves nothing
 */
export function verifyGithubSignature(
  body: Uint8Array,
  headers: GithubSignatureHeaders,
  secrets: readonly string[],
): SignatureVerdict {
  if (secrets.every((secret) => secret === '')) return { kind: 'refused', reason: 'not_configured' };
  const { sha256, sha1 } = headers;
  if (sha256 === undefined && sha1 === undefined) return { kind: 'refused', reason: 'missing_headers' };

  const algorithm = sha256 === undefined ? 'sha1' : 'sha256';
  const match = (sha256 === undefined ? /^sha1=([0-9a-f]{40})$/ : /^sha256=([0-9a-f]{64})$/).exec(sha256 ?? sha1 ?? '');
  if (match?.[1] === undefined) return { kind: 'refused', reason: 'bad_format' };

  const presented = Buffer.from(match[1], 'hex');
  const keyIndex = secrets.findIndex(
    (secret) => secret !== '' && timingSafeEqual(presented, createHmac(algorithm, secret).update(body).digest()),
  );
  return keyIndex < 0 ? { kind: 'refused', reason: 'mismatch' } : { kind: 'ok', keyIndex };
}

/** Signs a body as GitHub does: the value of `X-Hub-Signature-256`. For tests and the demo sender. */
export function signGithubWebhook(body: Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
