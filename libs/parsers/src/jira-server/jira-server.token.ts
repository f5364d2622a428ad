import type { SignatureVerdict } from '../contract';
import { verifySharedToken } from '../jwt';
import type { UnverifiedToken } from '../jwt';

export { readToken, refusedFor } from '../jwt';

/** The token stands in the address of the webhook and is as old as the webhook: it has no end (gateway.md §2.3.6). */
export async function verifyPathToken(
  token: UnverifiedToken,
  secrets: readonly string[],
  nowMs: number,
): Promise<SignatureVerdict> {
  return (await verifySharedToken(token, secrets, { nowMs, isEndless: true })).verdict;
}
