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
  'missing_headers' | 'bad_timestamp' | 'stale' | 'future' | 'bad_format' | 'mismatch' | 'not_configured';

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
