import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { SignatureRefusal, SignatureVerdict } from '../contract';

/** A token as far as it can be read without believing it. */
export interface UnverifiedToken {
  readonly token: string;
  readonly keyId: string | undefined;
  readonly algorithm: string | undefined;
  readonly claims: JWTPayload;
}

/** What a check of a token came to. */
export type TokenVerdict =
  | { readonly verdict: SignatureVerdict & { readonly kind: 'ok' }; readonly claims: JWTPayload }
  | { readonly verdict: SignatureVerdict & { readonly kind: 'refused' } };

/** What a token must say besides being signed. */
export interface TokenRules {
  readonly nowMs: number;
  readonly audience?: string;
  readonly issuer?: string;
  readonly toleranceSeconds?: number;
  /** Whether a token without `exp` is taken. */
  readonly isEndless?: boolean;
}

/** Longer than any provider's token; it costs nothing to refuse one. */
const TOKEN_CHARS_MAX = 8_192;

/** Reads a token without checking it: what it says may select the key to check it with, and nothing else. */
export function readToken(token: string | undefined): UnverifiedToken | undefined {
  if (token === undefined || token === '' || token.length > TOKEN_CHARS_MAX) return undefined;
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    return { token, keyId: typeof kid === 'string' ? kid : undefined, algorithm: alg, claims: decodeJwt(token) };
  } catch {
    return undefined;
  }
}

/** The second word of `Authorization`, whatever the first is. */
export function authorizationToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^\S+ +(\S+)$/.exec(header)?.[1];
}

const SECRET_KEYS_MAX = 1_000;
const secretKeys = new Map<string, KeyObject>();

/** Importing a secret costs more than checking with it; the newest ones are remembered. */
function secretKeyOf(secret: string): KeyObject {
  const known = secretKeys.get(secret);
  if (known !== undefined) return known;
  if (secretKeys.size >= SECRET_KEYS_MAX) secretKeys.clear();
  const key = createSecretKey(secret, 'utf8');
  secretKeys.set(secret, key);
  return key;
}

/** Checks a token signed with a shared secret (HS256 and nothing else). Never throws. */
export async function verifySharedToken(
  { token }: UnverifiedToken,
  secrets: readonly string[],
  rules: TokenRules,
): Promise<TokenVerdict> {
  const usable = secrets.filter((secret) => secret !== '');
  if (usable.length === 0) return refusedFor('not_configured');
  let refusal: TokenVerdict = refusedFor('mismatch');
  for (const [keyIndex, secret] of usable.entries()) {
    refusal = await verify(token, secretKeyOf(secret), 'HS256', keyIndex, rules);
    // Signed by this secret, but not to be believed: another secret changes nothing.
    if (refusal.verdict.kind === 'ok' || refusal.verdict.reason !== 'mismatch') return refusal;
  }
  return refusal;
}

/** Checks a token signed with a published key (RS256 and nothing else). Never throws. */
export function verifyPublishedToken(
  { token }: UnverifiedToken,
  key: KeyObject,
  rules: TokenRules,
): Promise<TokenVerdict> {
  return verify(token, key, 'RS256', 0, rules);
}

export const refusedFor = (reason: SignatureRefusal): TokenVerdict & { verdict: { kind: 'refused' } } => ({
  verdict: { kind: 'refused', reason },
});

async function verify(
  token: string,
  key: KeyObject,
  algorithm: string,
  keyIndex: number,
  { nowMs, audience, issuer, toleranceSeconds, isEndless }: TokenRules,
): Promise<TokenVerdict> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      currentDate: new Date(nowMs),
      requiredClaims: isEndless === true ? [] : ['exp'],
      ...(audience !== undefined && { audience }),
      ...(issuer !== undefined && { issuer }),
      ...(toleranceSeconds !== undefined && { clockTolerance: toleranceSeconds }),
    });
    return { verdict: { kind: 'ok', keyIndex }, claims: payload };
  } catch (error) {
    return refusedFor(reasonOf(error));
  }
}

function reasonOf(error: unknown): SignatureRefusal {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'mismatch';
  if (error instanceof errors.JWTExpired) return 'stale';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return 'bad_format';
  switch (error.claim) {
    case 'nbf':
      return 'future';
    case 'aud':
      return 'wrong_audience';
    case 'iss':
      return 'wrong_issuer';
    default:
      return 'bad_format';
  }
}
