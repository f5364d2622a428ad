import fc from 'fast-check';
import { forwardableHeaders, GATEWAY_HEADERS, returnableHeaders, stripGatewayHeaders } from './gateway-headers';

const HOP_BY_HOP = [
  ['Connection', 'keep-alive'],
  ['Keep-Alive', 'timeout=5'],
  ['Proxy-Authenticate', 'Basic'],
  ['Proxy-Authorization', 'Basic x'],
  ['Proxy-Connection', 'keep-alive'],
  ['TE', 'trailers'],
  ['Trailer', 'X-T'],
  ['Trailers', 'X-T'],
  ['Transfer-Encoding', 'chunked'],
  ['Upgrade', 'h2c'],
  ['Content-Length', '3'],
  ['Expect', '100-continue'],
] as const;

const NEVER_FORWARDED = new Set([
  ...HOP_BY_HOP.map(([name]) => name.toLowerCase()),
  'host',
  'x-forwarded-proto',
  'content-encoding',
]);

/** Names that matter in every case, and any others. */
const inAnyCase = (name: string, mask: number) =>
  [...name].map((letter, at) => ((mask >> (at % 31)) & 1 ? letter.toUpperCase() : letter.toLowerCase())).join('');
const headerName = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...NEVER_FORWARDED, ...Object.values(GATEWAY_HEADERS), 'X-Gateway-New', 'X-Hub-Signature'),
      fc.nat(),
    )
    .map(([name, mask]) => inAnyCase(name, mask)),
  fc.stringMatching(/^[A-Za-z0-9-]{1,24}$/),
);
const headerPairs = fc.array(
  fc.tuple(headerName, fc.oneof(fc.string(), fc.constantFrom('close', 'keep-alive, X-A', 'x-hub-signature'))),
  { maxLength: 30 },
);

const pairsOf = (flat: readonly string[]): [string, string][] =>
  Array.from({ length: Math.floor(flat.length / 2) }, (_, index) => [
    flat[index * 2] as string,
    flat[index * 2 + 1] as string,
  ]);

/** The rules, written for reading instead of for speed. */
function expectedForwarded(pairs: readonly (readonly [string, string])[]): [string, string][] {
  const lower = (text: string) => text.toLowerCase();
  const nominated = pairs
    .filter(([name, value]) => lower(name) === 'connection' && value !== 'close' && value !== 'keep-alive')
    .flatMap(([, value]) => value.split(',').map((part) => lower(part.trim())));
  return pairs
    .filter(([name]) => !NEVER_FORWARDED.has(lower(name)) && !lower(name).startsWith('x-gateway-'))
    .filter(([name]) => !nominated.includes(lower(name)))
    .map(([name, value]) => [name, value]);
}

describe(forwardableHeaders.name, () => {
  it('C9 leaves out what belongs to one connection, and keeps credentials and signatures', () => {
    const kept = [
      ['Authorization', 'Bearer x'],
      ['Cookie', 'a=b'],
      ['X-Forwarded-For', '1.2.3.4'],
      ['X-Hub-Signature-256', 'sha256=00'],
      ['Content-Type', 'application/json'],
      ['User-Agent', 'GitHub-Hookshot/1'],
    ] as const;
    const dropped = [
      ...HOP_BY_HOP,
      ['Host', 'gateway'],
      ['X-Forwarded-Proto', 'https'],
      ['Content-Encoding', 'gzip'],
      ['x-gateway-verified', '1'],
    ] as const;
    expect(forwardableHeaders([...dropped, ...kept].flat())).toEqual(kept.flat());
  });

  it('leaves out the headers that Connection names, before and after it', () => {
    const raw = ['X-One', '1', 'Connection', 'X-One , x-TWO,close', 'X-Two', '2', 'x-three', '3', 'x-one', '4'];
    expect(forwardableHeaders(raw)).toEqual(['x-three', '3']);
  });

  it('keeps order, case and repeats; does not touch its argument', () => {
    const raw = Object.freeze(['b', '1', 'A', '2', 'B', '3', 'b', '4']);
    expect(forwardableHeaders(raw)).toEqual(raw);
  });

  it('follows the rules for any headers', () => {
    fc.assert(
      fc.property(headerPairs, (pairs) => {
        expect(pairsOf(forwardableHeaders(pairs.flat()))).toEqual(expectedForwarded(pairs));
      }),
      { numRuns: 500 },
    );
  });
});

describe(stripGatewayHeaders.name, () => {
  it('takes away every X-Gateway- header, in any case, and nothing else', () => {
    fc.assert(
      fc.property(headerPairs, (pairs) => {
        const expected = pairs.filter(([name]) => !name.toLowerCase().startsWith('x-gateway-'));
        expect(stripGatewayHeaders(pairs.flat())).toEqual(expected.flat());
      }),
    );
  });
});

describe(returnableHeaders.name, () => {
  it('C7, W-33 leaves out what is internal, keeps the rest in order', () => {
    const internal = [
      'X-Sentry-Subnet-Organization-Integration',
      'X-Sentry-Subnet-Signature',
      'X-Sentry-Subnet-Base-URL',
      'X-Sentry-Subnet-Path',
      'X-Sentry-Proxy-URL',
      'X-Gateway-Region',
      'X-Named',
    ].flatMap((name) => [name, 'internal']);
    const kept = ['X-Some-Header', '1', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2', 'Content-Encoding', 'gzip'];
    expect(returnableHeaders([...internal, 'Connection', 'x-named', ...kept, ...HOP_BY_HOP.flat()])).toEqual(kept);
  });
});
