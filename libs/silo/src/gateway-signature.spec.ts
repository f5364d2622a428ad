import fc from 'fast-check';
import { GATEWAY_HEADERS } from './gateway-headers';
import { sha256Hex, signGatewayRequest, verifyGatewaySignature } from './gateway-signature';
import type { GatewayExpectation, ReceivedRequest, SignedParts } from './gateway-signature';
import { ReplayWindow } from './replay-window';
import { SigningKeys } from './signing-keys';
import { gatewayHeadersFor, testKeys } from './testing';

const NOW_MS = Date.UTC(2026, 10, 20, 12, 0, 0, 900);
const keys = testKeys('a');

const expectation = (changes: Partial<GatewayExpectation> = {}): GatewayExpectation => ({
  region: 'us',
  keys,
  nowMs: NOW_MS,
  replays: new ReplayWindow(),
  ...changes,
});

function received(changes: Partial<Parameters<typeof gatewayHeadersFor>[0]> = {}): ReceivedRequest {
  const method = 'POST';
  const pathAndQuery = '/extensions/slack/action/?a=%2F';
  const body = Buffer.from('payload=%7B%7D');
  const headers = gatewayHeadersFor({ method, pathAndQuery, body, region: 'us', keys, nowMs: NOW_MS, ...changes });
  return { method, pathAndQuery, body, headers };
}

const verdict = (request: ReceivedRequest, changes: Partial<GatewayExpectation> = {}) =>
  verifyGatewaySignature(request, expectation(changes));
const refused = (reason: string) => ({ kind: 'refused', reason });

describe('the signature', () => {
  const key = SigningKeys.parse(`golden:${Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64')}`);
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, n) => n));

  // Computed with Python's hmac and hashlib from the format in docs/decisions/0004-gateway-signature.md.
  it.each<[string, Omit<SignedParts, 'timestamp'>, string]>([
    [
      'a verified form, a bar in the query',
      {
        method: 'POST',
        pathAndQuery: '/extensions/slack/action/?a=%2F|b',
        bodySha256Hex: sha256Hex(Buffer.from('payload=%7B%7D')),
        region: 'us',
        integrationId: '42',
        isVerified: true,
        deliveryId: '7:us',
        attempt: 'abc1',
      },
      '584b024c55e719f936c27d6b18f17f0bf956d17d74a89bcba7911a134c7fa9b1',
    ],
    [
      'no body, no integration',
      {
        method: 'GET',
        pathAndQuery: '/',
        bodySha256Hex: sha256Hex(Buffer.alloc(0)),
        region: 'de',
        integrationId: '',
        isVerified: false,
        deliveryId: '01J',
        attempt: 'x',
      },
      '30f5851eb0cfb4730db570b5a2c379321e8a9b645a3eb6448fb92119605611e4',
    ],
    [
      'every byte, a path beyond ASCII',
      {
        method: 'PUT',
        pathAndQuery: '/\u00e9',
        bodySha256Hex: sha256Hex(everyByte),
        region: 'de',
        integrationId: '9',
        isVerified: false,
        deliveryId: '01J',
        attempt: 'x',
      },
      'aeb10e1b0f66cb81e24047c4c77578049bf5d8ce489243e1858587441ba99d75',
    ],
  ])('golden: %s', (_, parts, hex) => {
    expect(signGatewayRequest({ ...parts, timestamp: '1795000000' }, key.current.key)).toBe(`v1=${hex}`);
  });

  it.each(['region', 'integrationId', 'deliveryId', 'attempt'] as const)('refuses to sign a bar in %s', (field) => {
    const parts = {
      timestamp: '1795000000',
      method: 'POST',
      pathAndQuery: '/',
      bodySha256Hex: sha256Hex(Buffer.alloc(0)),
      region: 'us',
      integrationId: '1',
      isVerified: true,
      deliveryId: '1',
      attempt: '1',
    };
    for (const value of ['a|b', 'a b', 'a\n', '\u00e9', 'a'.repeat(201)]) {
      expect(() => signGatewayRequest({ ...parts, [field]: value }, key.current.key)).toThrow(
        expect.objectContaining({ code: 'SWY_SILO_UNSIGNABLE' }),
      );
    }
  });
});

describe(verifyGatewaySignature.name, () => {
  it('accepts what the gateway signed, and says what it knows', () => {
    expect(verdict(received({ integrationId: '42', isVerified: true, deliveryId: '7:us' }))).toEqual({
      kind: 'ok',
      integrationId: '42',
      isVerified: true,
      deliveryId: '7:us',
      keyIndex: 0,
    });
    expect(verdict(received({ isVerified: false }))).toMatchObject({ integrationId: undefined, isVerified: false });
  });

  it('accepts anything signed, and nothing of which a single part was changed', () => {
    const field = fc.stringMatching(/^[\x21-\x7b\x7d\x7e]{1,20}$/);
    const path = fc.stringMatching(/^[\x21-\x7e]{0,30}$/).map((rest) => `/${rest}`);
    const part = fc.constantFrom('method', 'path', 'body', ...Object.values(GATEWAY_HEADERS));
    fc.assert(
      fc.property(
        fc.constantFrom('POST', 'PUT', 'GET'),
        path,
        fc.uint8Array({ maxLength: 40 }),
        field,
        field,
        field,
        fc.boolean(),
        part,
        fc.nat(),
        (method, pathAndQuery, bytes, integrationId, deliveryId, attempt, isVerified, changed, seed) => {
          const body = Buffer.from(bytes);
          const options = { method, pathAndQuery, body, region: 'us', keys, nowMs: NOW_MS };
          const headers = gatewayHeadersFor({ ...options, integrationId, deliveryId, attempt, isVerified });
          const request = { method, pathAndQuery, body, headers };
          expect(verdict(request)).toMatchObject({ kind: 'ok', integrationId, deliveryId, isVerified });
          expect(verdict(tampered(request, changed, seed))).toMatchObject({ kind: 'refused' });
        },
      ),
      { numRuns: 300 },
    );
  });

  /** Changes one letter, flips one bit, or adds something, of one part. */
  function tampered(request: ReceivedRequest, part: string, seed: number): ReceivedRequest {
    if (part === 'method') return { ...request, method: request.method === 'POST' ? 'PUT' : 'POST' };
    if (part === 'path') return { ...request, pathAndQuery: changeText(request.pathAndQuery, seed) };
    if (part === 'body') return { ...request, body: changeBytes(request.body, seed) };
    const name = part.toLowerCase();
    return { ...request, headers: { ...request.headers, [name]: changeText(String(request.headers[name]), seed) } };
  }

  function changeText(text: string, seed: number): string {
    if (text === '' || seed % 3 === 0) return `${text}0`;
    const at = seed % text.length;
    return text.slice(0, at) + (text[at] === '1' ? '0' : '1') + text.slice(at + 1);
  }

  function changeBytes(bytes: Buffer, seed: number): Buffer {
    if (bytes.length === 0 || seed % 3 === 0) return Buffer.concat([bytes, Buffer.from([0])]);
    const changed = Buffer.from(bytes);
    const at = seed % changed.length;
    changed[at] = (changed[at] ?? 0) ^ (1 << (seed % 8));
    return changed;
  }

  it('parts cannot be shifted across a bar of the path', () => {
    const request = received({ pathAndQuery: '/a|b' });
    expect(verdict({ ...request, pathAndQuery: '/a|b' })).toMatchObject({ kind: 'ok' });
    expect(verdict({ ...request, pathAndQuery: '/a' })).toEqual(refused('mismatch'));
  });

  it.each(Object.values(GATEWAY_HEADERS))('missing_headers: without %s', (name) => {
    const request = received();
    expect(verdict({ ...request, headers: { ...request.headers, [name.toLowerCase()]: undefined } })).toEqual(
      refused('missing_headers'),
    );
  });

  it.each([
    ['x-gateway-timestamp', '1.5'],
    ['x-gateway-timestamp', '-1'],
    ['x-gateway-timestamp', ''],
    ['x-gateway-verified', 'true'],
    ['x-gateway-delivery', ''],
    ['x-gateway-delivery', 'a|b'],
    ['x-gateway-delivery', 'a, b'],
    ['x-gateway-signature', 'v1='],
    ['x-gateway-signature', `v0=${'0'.repeat(64)}`],
    ['x-gateway-signature', `v1=${'A'.repeat(64)}`],
    ['x-gateway-signature', '0'.repeat(64)],
    ['x-gateway-region', ['us', 'us']],
  ])('bad_format: %s: %j', (name, value) => {
    const request = received();
    expect(verdict({ ...request, headers: { ...request.headers, [name]: value } })).toEqual(refused('bad_format'));
  });

  it.each([
    [300, 'ok'],
    [301, 'stale'],
    [-300, 'ok'],
    [-301, 'future'],
  ])('a request %i seconds old: %s', (ageSeconds, expected) => {
    const outcome = verdict(received({ nowMs: NOW_MS - ageSeconds * 1000 }));
    expect(outcome.kind === 'ok' ? 'ok' : outcome.reason).toBe(expected);
  });

  it('wrong_region: what was signed for another region is of no use here', () => {
    expect(verdict(received({ region: 'de' }))).toEqual(refused('wrong_region'));
    const relabelled = received({ region: 'de' });
    expect(verdict({ ...relabelled, headers: { ...relabelled.headers, 'x-gateway-region': 'us' } })).toEqual(
      refused('mismatch'),
    );
  });

  it('accepts a new key, an old key while both are listed, and no unlisted key', () => {
    const request = received({ keys: testKeys('a') });
    expect(verdict(request, { keys: testKeys('a', 'b') })).toMatchObject({ kind: 'ok', keyIndex: 0 });
    expect(verdict(request, { keys: testKeys('b', 'a') })).toMatchObject({ kind: 'ok', keyIndex: 1 });
    expect(verdict(request, { keys: testKeys('b') })).toEqual(refused('mismatch'));
  });

  it('replay: the same request is accepted once, another attempt of the same delivery again', () => {
    const replays = new ReplayWindow();
    const first = received({ attempt: 'x1' });
    expect(verdict(first, { replays })).toMatchObject({ kind: 'ok', deliveryId: 'delivery-1' });
    expect(verdict(first, { replays })).toEqual(refused('replay'));
    expect(verdict(received({ attempt: 'x2' }), { replays })).toMatchObject({ kind: 'ok', deliveryId: 'delivery-1' });
  });

  it('a forged request does not use up a place in the replay window', () => {
    const replays = new ReplayWindow();
    expect(verdict(received({ keys: testKeys('b') }), { replays })).toEqual(refused('mismatch'));
    expect(replays.size).toBe(0);
  });

  it('a request dated ahead cannot be replayed at the end of its long life', () => {
    const replays = new ReplayWindow();
    const ahead = received({ nowMs: NOW_MS + 300_000 });
    expect(verdict(ahead, { replays })).toMatchObject({ kind: 'ok' });
    expect(verdict(ahead, { replays, nowMs: NOW_MS + 600_099 })).toEqual(refused('replay'));
    expect(verdict(ahead, { replays, nowMs: NOW_MS + 601_000 })).toEqual(refused('stale'));
  });
});
