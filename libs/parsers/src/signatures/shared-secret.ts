import { createHash, timingSafeEqual } from 'node:crypto';
import type { SignatureVerdict } from '../contract';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Checks a secret that is sent as it is (GitLab's token, Azure DevOps' header). Constant time: hashes are compared, which have one
 * length whatever was sent. Never throws.
 *
 * @param secrets current one first; empty ones are passed over
 */
export function verifySharedSecret(presented: string | undefined, secrets: readonly string[]): SignatureVerdict {
  if (secrets.every((secret) => secret === '')) return { kind: 'refused', reason: 'not_configured' };
  if (presented === undefined || presented === '') return { kind: 'refused', reason: 'missing_headers' };
  const digest = digestOf(presented);
  const keyIndex = secrets.findIndex((secret) => secret !== '' && timingSafeEqual(digest, digestOf(secret)));
  return keyIndex < 0 ? { kind: 'refused', reason: 'mismatch' } : { kind: 'ok', keyIndex };
}
