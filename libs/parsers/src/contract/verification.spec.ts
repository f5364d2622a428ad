import { admit } from './verification';
import type { SignatureVerdict, VerificationPolicy } from './verification';

const ok: SignatureVerdict = { kind: 'ok', keyIndex: 0 };
const refused = (reason: 'missing_headers' | 'not_configured' | 'mismatch' | 'stale'): SignatureVerdict => ({
  kind: 'refused',
  reason,
});

describe('admit', () => {
  it.each<[VerificationPolicy, string, SignatureVerdict, boolean, boolean]>([
    ['require', 'a match', ok, true, true],
    ['require', 'no signature', refused('missing_headers'), false, false],
    ['require', 'no secret', refused('not_configured'), false, false],
    ['require', 'a mismatch', refused('mismatch'), false, false],
    ['prefer', 'a match', ok, true, true],
    ['prefer', 'no signature', refused('missing_headers'), true, false],
    ['prefer', 'no secret', refused('not_configured'), true, false],
    ['prefer', 'a mismatch', refused('mismatch'), false, false],
    ['prefer', 'an old signature', refused('stale'), false, false],
    ['off', 'a match', ok, true, false],
    ['off', 'a mismatch', refused('mismatch'), true, false],
  ])('%s with %s', (policy, _name, verdict, isAdmitted, isVerified) => {
    expect(admit(policy, verdict)).toEqual({ isAdmitted, isVerified });
  });
});
