import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SignatureVerdict } from '../contract';

/** How a provider writes a signature. */
export interface HexHmacForm {
  readonly algorithm: 'sha1' | 'sha256';
  /** What stands before the hexadecimal digits: `sha256=`. */
  readonly prefix: string;
}

const HEX_LENGTH = { sha1: 40, sha256: 64 } as const;
const HEX = /^[0-9a-f]+$/;

/**
 * Checks an HMAC over the raw bytes of a body, written in hexadecimal digits. Constant time, and never throws.
 *
 * @param secrets current one first; empty ones are passed over, because an HMAC with an empty key proves nothing
 */
export function verifyHexHmac(
  body: Uint8Array,
  presented: string | undefined,
  secrets: readonly string[],
  { algorithm, prefix }: HexHmacForm,
): SignatureVerdict {
  if (secrets.every((secret) => secret === '')) return { kind: 'refused', reason: 'not_configured' };
  if (presented === undefined) return { kind: 'refused', reason: 'missing_headers' };
  const digits = presented.slice(prefix.length);
  if (!presented.startsWith(prefix) || digits.length !== HEX_LENGTH[algorithm] || !HEX.test(digits)) {
    return { kind: 'refused', reason: 'bad_format' };
  }
  const given = Buffer.from(digits, 'hex');
  const keyIndex = secrets.findIndex(
    (secret) => secret !== '' && timingSafeEqual(given, createHmac(algorithm, secret).update(body).digest()),
  );
  return keyIndex < 0 ? { kind: 'refused', reason: 'mismatch' } : { kind: 'ok', keyIndex };
}

/** Signs a body in the same form. For tests and the demo sender. */
export function signHexHmac(body: Uint8Array, secret: string, { algorithm, prefix }: HexHmacForm): string {
  return prefix + createHmac(algorithm, secret).update(body).digest('hex');
}
