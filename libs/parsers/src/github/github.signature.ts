import type { SignatureVerdict } from '../contract';
import { signHexHmac, verifyHexHmac } from '../signatures';

/** The headers that sign a webhook of GitHub. */
export interface GithubSignatureHeaders {
  /** `X-Hub-Signature-256`. */
  readonly sha256: string | undefined;
  /** `X-Hub-Signature`: SHA-1, looked at only when the other header is absent. */
  readonly sha1: string | undefined;
}

const SHA256 = { algorithm: 'sha256', prefix: 'sha256=' } as const;
const SHA1 = { algorithm: 'sha1', prefix: 'sha1=' } as const;

/**
 * Checks GitHub's signature over the raw bytes of a body. Constant time, and never throws.
 *
 * @param secrets current one first; empty ones are passed over
 */
export function verifyGithubSignature(
  body: Uint8Array,
  { sha256, sha1 }: GithubSignatureHeaders,
  secrets: readonly string[],
): SignatureVerdict {
  return sha256 === undefined ? verifyHexHmac(body, sha1, secrets, SHA1) : verifyHexHmac(body, sha256, secrets, SHA256);
}

/** Signs a body as GitHub does: the value of `X-Hub-Signature-256`. For tests and the demo sender. */
export function signGithubWebhook(body: Uint8Array, secret: string): string {
  return signHexHmac(body, secret, SHA256);
}
