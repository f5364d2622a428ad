import { inspect } from 'node:util';
import { generateKey, KeyRing, SealedDataError } from './key-ring';

const [oldKey, newKey] = [generateKey('2025'), generateKey('2026')];
const plain = Buffer.from('{"webhookSecrets":["s3cret"]}');

const reasonOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return error instanceof SealedDataError ? error.reason : String(error);
  }
};

describe('KeyRing', () => {
  const ring = KeyRing.parse(`${newKey},${oldKey}`);

  it.each([0, 1, 29, 100_000])('opens what it sealed: %d bytes', (length) => {
    const value = Buffer.alloc(length, 7);
    expect(ring.open(ring.seal(value, 'integration:1'), 'integration:1').equals(value)).toBe(true);
  });

  it('seals with the first key and opens with all of them', () => {
    const sealedBefore = KeyRing.parse(oldKey).seal(plain, 'here');
    expect(ring.open(sealedBefore, 'here')).toEqual(plain);
    expect(ring.isCurrent(sealedBefore)).toBe(false);
    expect(ring.isCurrent(ring.seal(plain, 'here'))).toBe(true);
    expect(reasonOf(() => KeyRing.parse(oldKey).open(ring.seal(plain, 'here'), 'here'))).toBe('unknown_key');
  });

  it('never seals the same way twice, and hides the plain text', () => {
    const [first, second] = [ring.seal(plain, 'here'), ring.seal(plain, 'here')];
    expect(first.equals(second)).toBe(false);
    expect(first.includes('s3cret')).toBe(false);
  });

  it('does not open in another place', () => {
    expect(reasonOf(() => ring.open(ring.seal(plain, 'integration:1'), 'integration:2'))).toBe('not_authentic');
  });

  it('notices every changed byte and every cut', () => {
    const sealed = ring.seal(plain, 'here');
    for (let at = 0; at < sealed.length; at++) {
      const damaged = Buffer.from(sealed);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(reasonOf(() => ring.open(damaged, 'here'))).not.toBe('none');
      expect(reasonOf(() => ring.open(sealed.subarray(0, at), 'here'))).not.toBe('none');
    }
  });

  it('does not open under another key with the same id', () => {
    expect(reasonOf(() => KeyRing.parse(generateKey('2026')).open(ring.seal(plain, 'here'), 'here'))).toBe(
      'not_authentic',
    );
  });

  it('shows ids, never keys', () => {
    const secret = newKey.slice(newKey.indexOf(':') + 1);
    const seen = `${JSON.stringify({ ring })} ${inspect(ring, { depth: 5, showHidden: true })} ${String(ring)}`;
    expect(seen).toContain('KeyRing(2026, 2025)');
    expect(seen).not.toContain(secret);
  });
});

describe('KeyRing.parse', () => {
  it.each([
    ['nothing', ''],
    ['no colon', 'abcdef'],
    ['no id', `:${newKey.slice(5)}`],
    ['a strange id', `a b:${newKey.slice(5)}`],
    ['a short key', 'id:c2hvcnQ='],
    ['not base64', `id:${'!'.repeat(44)}`],
    ['one id twice', `${newKey},${generateKey('2026')}`],
  ])('refuses %s', (_name, text) => {
    expect(() => KeyRing.parse(text)).toThrow();
  });

  it('does not repeat a key in its message', () => {
    const secret = 'c2VjcmV0c2VjcmV0';
    expect(() => KeyRing.parse(`id:${secret}`)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });
});
