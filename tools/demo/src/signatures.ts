import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

/*
 * The providers' signatures, written a second time and after the providers' documents: a demo that signed with the code
 * that verifies would agree with its mistakes.
 */

/** GitHub's two signature headers over the exact bytes of a body, as flat pairs. */
export function githubSignatureHeaders(body: Uint8Array, secret: string): string[] {
  const mac = (algorithm: string): string => createHmac(algorithm, secret).update(body).digest('hex');
  return ['X-Hub-Signature', `sha1=${mac('sha1')}`, 'X-Hub-Signature-256', `sha256=${mac('sha256')}`];
}

/** Slack's v0 signature over the exact bytes of a body (spec: slack.md §4.4). */
export function slackSignature(body: Uint8Array, timestamp: string, secret: string): string {
  const mac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return `v0=${mac}`;
}

/** SHA-256 of a body, as the admin APIs show it. */
export function sha256Hex(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Ids that are new in every run, so that a fleet can be demonstrated any number of times. */
export interface FreshIds {
  guid(): string;
  hex(bytes: number): string;
}

/** The machine's random ids. */
export const randomIds: FreshIds = { guid: randomUUID, hex: (bytes) => randomBytes(bytes).toString('hex') };
