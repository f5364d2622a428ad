import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { SignatureVerdict } from '../contract';

/** The headers that sign an interaction of Discord. */
export interface DiscordSignatureHeaders {
  /** `X-Signature-Ed25519`: 128 hexadecimal digits. */
  readonly signature: string | undefined;
  /** `X-Signature-Timestamp`. */
  readonly timestamp: string | undefined;
}

const SIGNATURE = /^[0-9a-f]{128}$/i;
const PUBLIC_KEY = /^[0-9a-f]{64}$/i;
const TIMESTAMP = /^[\x21-\x7e]{1,64}$/;

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Keys come from the settings: as many as are configured. */
const keys = new Map<string, KeyObject | undefined>();

/**
 * Checks Discord's signature over timestamp and raw body (gateway.md §2.3.10), beside the event loop: a check costs more than all
 * else about an interaction. Never rejects.
 *
 * @param publicKeys hexadecimal, current one first
 */
export async function verifyDiscordSignature(
  body: Uint8Array,
  { signature, timestamp }: DiscordSignatureHeaders,
  publicKeys: readonly string[],
): Promise<SignatureVerdict> {
  const usable = publicKeys.map(keyOf);
  if (usable.every((key) => key === undefined)) return { kind: 'refused', reason: 'not_configured' };
  if (signature === undefined || timestamp === undefined) return { kind: 'refused', reason: 'missing_headers' };
  if (!TIMESTAMP.test(timestamp)) return { kind: 'refused', reason: 'bad_timestamp' };
  if (!SIGNATURE.test(signature)) return { kind: 'refused', reason: 'bad_format' };
  const message = Buffer.concat([Buffer.from(timestamp, 'latin1'), body]);
  const presented = Buffer.from(signature, 'hex');
  for (const [keyIndex, key] of usable.entries()) {
    if (key !== undefined && (await isSignedBy(key, message, presented))) return { kind: 'ok', keyIndex };
  }
  return { kind: 'refused', reason: 'mismatch' };
}

const isSignedBy = (key: KeyObject, message: Buffer, signature: Buffer): Promise<boolean> =>
  new Promise((resolve) => {
    verify(null, message, key, signature, (error, isValid) => resolve(error === null && isValid));
  });

/** Signs as Discord does: the value of `X-Signature-Ed25519`. For tests and the demo sender. */
export function signDiscordInteraction(body: Uint8Array, timestamp: string, privateKey: KeyObject): string {
  return sign(null, Buffer.concat([Buffer.from(timestamp, 'latin1'), body]), privateKey).toString('hex');
}

function keyOf(hex: string): KeyObject | undefined {
  if (!keys.has(hex)) keys.set(hex, PUBLIC_KEY.test(hex) ? importKey(hex) : undefined);
  return keys.get(hex);
}

const importKey = (hex: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, Buffer.from(hex, 'hex')]), format: 'der', type: 'spki' });
