import fc from 'fast-check';
import { verifySharedSecret } from '../signatures';
import { readGitlabToken, signGitlabWebhook } from './gitlab.token';

const token = (externalId: string, secret: string) => ({ kind: 'token', externalId, secret });
const broken = (because: RegExp) => ({ kind: 'broken', because: expect.stringMatching(because) });

describe(readGitlabToken.name, () => {
  it.each([
    ['gitlab.com:acme:s3cret', token('gitlab.com:acme', 's3cret')],
    ['gitlab.com:acme/tools:s3cret', token('gitlab.com:acme/tools', 's3cret')],
    ['gitlab.example.com:8443:acme:s3cret', token('gitlab.example.com:8443:acme', 's3cret')],
    ['gitlab.com:8443:s3cret', token('gitlab.com:8443', 's3cret')],
    [`${'i'.repeat(61)}:gr:s`, token(`${'i'.repeat(61)}:gr`, 's')],
  ])('reads %j', (header, expected) => {
    expect(readGitlabToken(header)).toEqual(expected);
  });

  it.each([undefined, ''])('%j: none', (header) => {
    expect(readGitlabToken(header)).toEqual(broken(/needs a secret token/));
  });

  it.each([
    ...[':', '::', ':::', 'a', 'a:b', 'a::c', ':b:c', 'a:b:', 'a\0:b:c'],
    `${'i'.repeat(62)}:gr:s`,
    ':'.repeat(100_000),
  ])('refuses %.40j', (header) => {
    expect(readGitlabToken(header)).toEqual(broken(/malformed/));
  });

  it('reads back what is written', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/);
    fc.assert(
      fc.property(word, word, fc.stringMatching(/^[^:]{1,40}$/), (instance, group, secret) => {
        const externalId = `${instance}:${group}`;
        expect(readGitlabToken(signGitlabWebhook(externalId, secret))).toEqual(token(externalId, secret));
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void readGitlabToken(header)));
  });
});

describe('the secret of a token', () => {
  const ok = (keyIndex = 0) => ({ kind: 'ok', keyIndex });
  const refused = (reason: string) => ({ kind: 'refused', reason });

  it.each([
    ['the current one', 's3cret', ['s3cret'], ok()],
    ['the previous one', 's3cret', ['new', 's3cret'], ok(1)],
    ['a guess', 'guess', ['s3cret'], refused('mismatch')],
    ['the beginning of it', 's3cre', ['s3cret'], refused('mismatch')],
    ['more than it', 's3cret2', ['s3cret'], refused('mismatch')],
    ['another case', 'S3CRET', ['s3cret'], refused('mismatch')],
    ['anything, where none is known', 's3cret', [], refused('not_configured')],
    ['anything, where an empty one is', '', [''], refused('not_configured')],
    ['10 kB', 'a'.repeat(10_000), ['', 's3cret'], refused('mismatch')],
  ])('%s', (_name, presented, secrets, expected) => {
    expect(verifySharedSecret(presented, secrets)).toEqual(expected);
  });

  it('is the only one that is accepted', () => {
    const secret = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(secret, secret, (presented, expected) => {
        const verdict = verifySharedSecret(presented, [expected]);
        expect(verdict).toEqual(presented === expected ? ok() : refused('mismatch'));
      }),
    );
  });
});
