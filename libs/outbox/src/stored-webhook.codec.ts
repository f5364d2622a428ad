/*
 * What a row keeps readable and what it seals.
 *
 * Headers stay readable as a JSON list of [name, value], because operators look for them, but values that are credentials
 * become null there and travel in the sealed part, in order, before the body:
 *
 *   sealed plaintext = uint32 length of the credentials' JSON | JSON list of values | body bytes
 */
import type { KeyRing } from '@switchyard/database';

/** Headers whose values let somebody act as the sender; signatures of one body are not among them. */
const CREDENTIAL_HEADERS = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'shared-secret',
  'x-api-key',
  'x-gitlab-token',
  'x-goog-channel-token',
]);

const LENGTH_BYTES = 4;

/** Headers and body as a row keeps them. */
export interface EncodedWebhook {
  readonly headers: string;
  readonly sealed: Buffer;
}

/** Encodes raw header pairs and a body for one mailbox; the mailbox's name is bound into the seal. */
export function encodeWebhook(
  keys: KeyRing,
  mailbox: string,
  rawHeaders: readonly string[],
  body: Buffer,
): EncodedWebhook {
  const pairs: [string, string | null][] = [];
  const credentials: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    if (CREDENTIAL_HEADERS.has(name.toLowerCase())) {
      credentials.push(value);
      pairs.push([name, null]);
    } else {
      pairs.push([name, value]);
    }
  }
  const secret = Buffer.from(JSON.stringify(credentials));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(secret.length);
  return { headers: JSON.stringify(pairs), sealed: keys.seal(Buffer.concat([length, secret, body]), mailbox) };
}

/**
 * Restores raw header pairs and the body.
 *
 * @throws SealedDataError when the row was altered or its key is not configured any more
 */
export function decodeWebhook(
  keys: KeyRing,
  mailbox: string,
  encoded: EncodedWebhook,
): { readonly headers: readonly string[]; readonly body: Buffer } {
  const plain = keys.open(encoded.sealed, mailbox);
  const bodyStart = LENGTH_BYTES + plain.readUInt32BE(0);
  const credentials = JSON.parse(plain.toString('utf8', LENGTH_BYTES, bodyStart)) as string[];
  let nextCredential = 0;
  const headers = (JSON.parse(encoded.headers) as [string, string | null][]).flatMap(([name, value]) => [
    name,
    value ?? credentials[nextCredential++] ?? '',
  ]);
  return { headers, body: plain.subarray(bodyStart) };
}
