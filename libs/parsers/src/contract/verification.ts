/** What checking a sender's signature came to. Bounded, so that it can label a metric; never sent to the sender. */
export type SignatureVerdict =
  | {
      readonly kind: 'ok';
      /** Which of the configured secrets matched: 0 is the current one, 1 the one before it. */
      readonly keyIndex: number;
    }
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal };

/** Why a signature was not accepted. */
export type SignatureRefusal =
  | 'missing_headers'
  | 'bad_timestamp'
  | 'stale'
  | 'future'
  | 'bad_format'
  | 'mismatch'
  | 'not_configured'
  | 'unknown_key'
  | 'wrong_audience'
  | 'wrong_issuer'
  | 'wrong_request'
  | 'wrong_address';

/**
 * What a failed verdict means for a request.
 *
 * - `require`: only a matching signature is let in.
 * - `prefer`: a request without a signature, or without a secret to check it by, is let in as not verified; a signature
 *   that is there and wrong is refused all the same.
 * - `off`: nothing is checked.
 */
export type VerificationPolicy = 'require' | 'prefer' | 'off';

/** Whether a request may go on, and whether its sender is known. */
export interface Admission {
  readonly isAdmitted: boolean;
  readonly isVerified: boolean;
}

/** Applies a policy to a verdict. The one place that says what a failed signature means. */
export function admit(policy: VerificationPolicy, verdict: SignatureVerdict): Admission {
  if (policy === 'off') return { isAdmitted: true, isVerified: false };
  if (verdict.kind === 'ok') return { isAdmitted: true, isVerified: true };
  const isUnsigned = verdict.reason === 'missing_headers' || verdict.reason === 'not_configured';
  return { isAdmitted: policy === 'prefer' && isUnsigned, isVerified: false };
}

/** What a request's sender is believed to be, after the integration's policy was applied. */
export interface SenderCheck {
  readonly isVerified: boolean;
  /** Absent when nothing was checked. */
  readonly verification: SignatureVerdict | undefined;
  /** Set when the request must not go on. */
  readonly refused: (SignatureVerdict & { readonly kind: 'refused' }) | undefined;
}

/**
 * Applies what the operator chose, or else the provider's default: `require` where the sender always signs, `prefer` where it
 * signs only what it has a secret for and none is known.
 */
export function judgeSender(policy: VerificationPolicy, verdict: SignatureVerdict): SenderCheck {
  if (policy === 'off') return { isVerified: false, verification: undefined, refused: undefined };
  const { isAdmitted, isVerified } = admit(policy, verdict);
  const refused = !isAdmitted && verdict.kind === 'refused' ? verdict : undefined;
  return { isVerified, verification: verdict, refused };
}

/** The default where a provider signs only if it was given a secret: with one, a signature is necessary. */
export const policyWith = (secrets: readonly string[]): VerificationPolicy =>
  secrets.length > 0 ? 'require' : 'prefer';
