import type { SignatureVerdict } from '../contract';
import { signHexHmac, verifyHexHmac } from '../signatures';

const SHA256 = { algorithm: 'sha256', prefix: 'sha256=' } as const;

/**
 * Checks `X-Hub-Signature` over the raw bytes of a body, as Bitbucket Cloud and Bitbucket Server write it. Constant time, and never
 * throws.
 *
 * @param secrets current one first; empty ones are passed over
 */
export function verifyBitbucketSignature(
  body: Uint8Array,
  signature: string | undefined,
  secrets: readonly string[],
): SignatureVerdict {
  return verifyHexHmac(body, signature, secrets, SHA256);
}

/** Signs a body as Bitbucket does: the value of `X-Hub-Signature`. For tests and the demo sender. */
export function signBitbucketWebhook(body: Uint8Array, secret: string): string {
  return signHexHmac(body, secret, SHA256);
}
