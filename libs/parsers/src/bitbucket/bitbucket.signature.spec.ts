import fc from 'fast-check';
import { signBitbucketWebhook, verifyBitbucketSignature } from './bitbucket.signature';

// Atlassian's own test values ("Manage webhooks", testing the payload validation).
const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello World!');
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';

const verify = (signature: string | undefined, secrets: readonly string[] = [SECRET]) =>
  verifyBitbucketSignature(BODY, signature, secrets);
const ok = (keyIndex = 0) => ({ kind: 'ok', keyIndex });
const refused = (reason: string) => ({ kind: 'refused', reason });

describe(verifyBitbucketSignature.name, () => {
  it("accepts Atlassian's golden vector", () => {
    expect(verify(SIGNATURE)).toEqual(ok());
    expect(signBitbucketWebhook(BODY, SECRET)).toBe(SIGNATURE);
  });

  it.each([
    ['an earlier secret', SIGNATURE, ['new', SECRET], ok(1)],
    ['no signature', undefined, [SECRET], refused('missing_headers')],
    ['no secret', SIGNATURE, [], refused('not_configured')],
    ['an empty secret', signBitbucketWebhook(BODY, ''), [''], refused('not_configured')],
    ['an empty secret beside another', signBitbucketWebhook(BODY, ''), ['', SECRET], refused('mismatch')],
    ['another secret', SIGNATURE, ['other'], refused('mismatch')],
    ['an empty signature', '', [SECRET], refused('bad_format')],
    ['no prefix', SIGNATURE.slice(7), [SECRET], refused('bad_format')],
    ['another algorithm', SIGNATURE.replace('sha256', 'sha1'), [SECRET], refused('bad_format')],
    ['a digit too few', SIGNATURE.slice(0, -1), [SECRET], refused('bad_format')],
    ['upper-case digits', SIGNATURE.replace('a4771c', 'A4771C'), [SECRET], refused('bad_format')],
    ['10 kB', `sha256=${'a'.repeat(10_000)}`, [SECRET], refused('bad_format')],
  ])('%s', (_name, signature, secrets, expected) => {
    expect(verify(signature, secrets)).toEqual(expected);
  });

  it('refuses a body in which any one bit was changed', () => {
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.nat(7), (index, bit) => {
        const body = Buffer.from(BODY);
        body[index] = (body[index] as number) ^ (1 << bit);
        expect(verifyBitbucketSignature(body, SIGNATURE, [SECRET])).toEqual(refused('mismatch'));
      }),
    );
  });
});
