import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { signGithubWebhook, verifyGithubSignature } from './github.signature';

// GitHub's own test values ("Validating webhook deliveries").
const SECRET = "It's a Secret to Everybody";
const BODY = Buffer.from('Hello, World!');
const SHA256 = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
const SHA1 = `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`;

const verify = (sha256: string | undefined, sha1?: string, secrets: readonly string[] = [SECRET]) =>
  verifyGithubSignature(BODY, { sha256, sha1 }, secrets);
const ok = (keyIndex = 0) => ({ kind: 'ok', keyIndex });
const refused = (reason: string) => ({ kind: 'refused', reason });

describe('verifyGithubSignature', () => {
  it("accepts GitHub's golden vector", () => {
    expect(verify(SHA256)).toEqual(ok());
    expect(signGithubWebhook(BODY, SECRET)).toBe(SHA256);
  });

  it.each([
    ['SHA-1 alone', undefined, SHA1, ok()],
    ['a wrong SHA-1 alone', undefined, `sha1=${'0'.repeat(40)}`, refused('mismatch')],
    ['a wrong SHA-256 beside a right SHA-1', `sha256=${'0'.repeat(64)}`, SHA1, refused('mismatch')],
    ['an empty SHA-256 beside a right SHA-1', '', SHA1, refused('bad_format')],
    ['neither', undefined, undefined, refused('missing_headers')],
    ['a SHA-1 in the header for SHA-256', SHA1, undefined, refused('bad_format')],
    ['a SHA-256 in the header for SHA-1', undefined, SHA256, refused('bad_format')],
    ['upper-case hex', SHA256.toUpperCase(), undefined, refused('bad_format')],
    ['a digit too few', SHA256.slice(0, -1), undefined, refused('bad_format')],
    ['an umlaut', `sha256=ü${SHA256.slice(8)}`, undefined, refused('bad_format')],
    ['10 kB', `sha256=${'a'.repeat(10_000)}`, undefined, refused('bad_format')],
  ])('%s', (_name, sha256, sha1, expected) => {
    expect(verify(sha256, sha1)).toEqual(expected);
  });

  it('accepts an earlier secret and says which', () => {
    expect(verify(SHA256, undefined, ['new', SECRET])).toEqual(ok(1));
  });

  it('takes an empty secret for none', () => {
    expect(verify(signGithubWebhook(BODY, ''), undefined, [''])).toEqual(refused('not_configured'));
    expect(verify(signGithubWebhook(BODY, ''), undefined, ['', SECRET])).toEqual(refused('mismatch'));
  });

  it('refuses a body in which any one bit was changed', () => {
    fc.assert(
      fc.property(fc.nat(BODY.length - 1), fc.nat(7), (index, bit) => {
        const body = Buffer.from(BODY);
        body[index] = (body[index] as number) ^ (1 << bit);
        expect(verifyGithubSignature(body, { sha256: SHA256, sha1: SHA1 }, [SECRET])).toEqual(refused('mismatch'));
      }),
    );
  });
});
