import { createHmac } from 'node:crypto';

/** Lower-case hex HMAC-SHA-256; the key is the secret's text itself, not decoded (spec: outgoing-webhooks.md §1.7). */
export function hookSignature(clientSecret: string, body: Buffer): string {
  return createHmac('sha256', Buffer.from(clientSecret, 'utf8')).update(body).digest('hex');
}

/** What a Standard Webhooks signature covers besides the body. */
export interface SignedMessage {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: Buffer;
}

/** Standard Webhooks: one signature per secret (`whsec_` and base64), so that receivers verify through a rotation. */
export function standardSignatures(secrets: readonly string[], { id, timestampSeconds, body }: SignedMessage): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
      const mac = createHmac('sha256', key).update(`${id}.${timestampSeconds}.`).update(body);
      return `v1,${mac.digest('base64')}`;
    })
    .join(' ');
}
