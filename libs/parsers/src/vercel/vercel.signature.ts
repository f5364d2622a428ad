import type { SignatureVerdict } from '../contract';
import { signHexHmac, verifyHexHmac } from '../signatures';

const FORM = { algorithm: 'sha1', prefix: '' } as const;

/** Checks `X-Vercel-Signature`: HMAC-SHA1 over the raw body with the integration's client secret. Never throws. */
export const verifyVercelSignature = (
  body: Uint8Array,
  signature: string | undefined,
  secrets: readonly string[],
): SignatureVerdict => verifyHexHmac(body, signature, secrets, FORM);

/** Signs a body as Vercel does. For tests and the demo sender. */
export const signVercelWebhook = (body: Uint8Array, secret: string): string => signHexHmac(body, secret, FORM);
