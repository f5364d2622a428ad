import fc from 'fast-check';
import { signSlackRequest, verifySlackSignature, verifySlackToken } from './slack.signature';

const SECRET = 'switchyard-test-secret';
const TIMESTAMP = '1700000000';
const NOW_MS = 1_700_000_000_000;
const COMMAND = 'team_id=T001&user_id=U1&channel_id=C1&channel_name=general&text=link&command=%2Fswitchyard';
const COMMAND_SIGNATURE = 'v0=f28067bda7c31a98004ed96e038129f26a1072c22d09364d8397ebc2d9b91d0c';

interface Attempt {
  readonly body?: Uint8Array;
  readonly signature?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly secrets?: readonly string[];
  readonly nowMs?: number;
}

const verify = (attempt: Attempt) => {
  const given = {
    body: Buffer.from(COMMAND),
    signature: COMMAND_SIGNATURE,
    timestamp: TIMESTAMP,
    secrets: [SECRET],
    nowMs: NOW_MS,
    ...attempt,
  };
  return verifySlackSignature(given.body, given, { signingSecrets: given.secrets, nowMs: given.nowMs });
};
const refused = (reason: string) => ({ kind: 'refused', reason });

describe('verifySlackSignature', () => {
  it.each([
    ['', 'v0=94024097b1608721761982f75db0cc4a305540b798b64c38b59a18d60b605621'],
    [COMMAND, COMMAND_SIGNATURE],
    [
      '{"type":"url_verification","challenge":"abc123"}',
      'v0=64b534dc71d40a6f9af6bd3c72f69d1faed583f97487ac281a40ceb0a5378f7a',
    ],
    [
      '{"team_id":"T001","type":"event_callback","event":{"type":"message","text":"häß 🎉"}}',
      'v0=f2ae1827121533b12b0df4b98d5caa1d81ae77c9ffc526c471010ae3193a9c4e',
    ],
    [Buffer.from('fffe00726177', 'hex'), 'v0=b3cdca8ec242463968d7728d801f1e73c57307d88b627a8e72948e16eb8cc0f1'],
  ])('S53 accepts the golden vector of %j', (body, signature) => {
    const bytes = Buffer.from(body as string);
    expect(verify({ body: bytes, signature })).toEqual({ kind: 'ok', keyIndex: 0 });
    expect(signSlackRequest(bytes, TIMESTAMP, SECRET)).toBe(signature);
  });

  it('S54 refuses a body in which any one bit was changed', () => {
    fc.assert(
      fc.property(fc.nat(COMMAND.length - 1), fc.nat(7), (index, bit) => {
        const body = Buffer.from(COMMAND);
        body[index] = (body[index] as number) ^ (1 << bit);
        expect(verify({ body })).toEqual(refused('mismatch'));
      }),
    );
  });

  it.each([
    ['S54 without v0=', COMMAND_SIGNATURE.slice(3)],
    ['S54 in upper-case hex', `v0=${COMMAND_SIGNATURE.slice(3).toUpperCase()}`],
    ['S54 of another version', `v1=${COMMAND_SIGNATURE.slice(3)}`],
    ['S57 with an umlaut', `v0=ü${COMMAND_SIGNATURE.slice(4)}`],
    ['S57 of 63 digits', COMMAND_SIGNATURE.slice(0, -1)],
    ['S57 of 10 kB', `v0=${'a'.repeat(10_000)}`],
    ['S57 with a line break at its end', `${COMMAND_SIGNATURE}\n`],
  ])('%s is a bad format', (_name, signature) => {
    expect(verify({ signature })).toEqual(refused('bad_format'));
  });

  it.each([
    ['S55 300 s old', 300, { kind: 'ok', keyIndex: 0 }],
    ['S55 301 s old', 301, refused('stale')],
    ['S55 300 s ahead', -300, { kind: 'ok', keyIndex: 0 }],
    ['S55 301 s ahead', -301, refused('future')],
  ])('%s', (_name, ageSeconds, expected) => {
    expect(verify({ nowMs: NOW_MS + ageSeconds * 1000 })).toEqual(expected);
  });

  it('S55 counts whole seconds: 300.999 s is still 300', () => {
    expect(verify({ nowMs: NOW_MS + 300_999 })).toMatchObject({ kind: 'ok' });
  });

  it.each(['abc', '1.5', '-1', ' 1700000000', '1e9', '0x1', '17000000001700000000', '1700000000\n'])(
    'S56 timestamp %j is a bad timestamp',
    (timestamp) => {
      expect(verify({ timestamp })).toEqual(refused('bad_timestamp'));
    },
  );

  it.each([
    [undefined, TIMESTAMP],
    [COMMAND_SIGNATURE, undefined],
    ['', TIMESTAMP],
    [COMMAND_SIGNATURE, ''],
  ])('S56, S59 signature %j with timestamp %j misses headers', (signature, timestamp) => {
    expect(verify({ signature, timestamp })).toEqual(refused('missing_headers'));
  });

  it('S63 accepts the previous secret during rotation and says which', () => {
    expect(verify({ secrets: ['new', SECRET] })).toEqual({ kind: 'ok', keyIndex: 1 });
  });

  it('passes over an empty secret among others: anybody can sign with it', () => {
    const signature = signSlackRequest(Buffer.from(COMMAND), TIMESTAMP, '');
    expect(verify({ secrets: ['new', ''], signature })).toEqual(refused('mismatch'));
  });

  it('S62 is not configured without secrets, and an empty one is none', () => {
    expect(verify({ secrets: [] })).toEqual(refused('not_configured'));
    expect(verify({ secrets: [''], signature: signSlackRequest(Buffer.from(COMMAND), TIMESTAMP, '') })).toEqual(
      refused('not_configured'),
    );
  });

  it('S144 leaves the age to the gateway when told to, and nothing else', () => {
    const options = { signingSecrets: [SECRET], nowMs: NOW_MS + 360_000, isAgeIgnored: true };
    const headers = { signature: COMMAND_SIGNATURE, timestamp: TIMESTAMP };
    expect(verifySlackSignature(Buffer.from(COMMAND), headers, options)).toMatchObject({ kind: 'ok' });
    expect(verifySlackSignature(Buffer.from('other'), headers, options)).toEqual(refused('mismatch'));
  });

  it('never throws, and lets nothing pass that was not signed', () => {
    const text = fc.option(fc.string({ unit: 'binary' }), { nil: undefined });
    fc.assert(
      fc.property(fc.uint8Array(), text, text, (body, signature, timestamp) => {
        expect(verify({ body, signature, timestamp }).kind).toBe('refused');
      }),
    );
  });
});

describe('verifySlackToken', () => {
  it.each([
    ['S61 correct', 'token', 'token', { kind: 'ok', keyIndex: 0 }],
    ['S61 wrong', 'toke', 'token', refused('mismatch')],
    ['S61 no text', 5, 'token', refused('missing_headers')],
    ['S61 absent', undefined, 'token', refused('missing_headers')],
    ['S61 empty', '', 'token', refused('missing_headers')],
    ['S62 not configured', 'token', undefined, refused('not_configured')],
    ['S62 configured as empty', '', '', refused('not_configured')],
  ])('%s', (_name, presented, expected, verdict) => {
    expect(verifySlackToken(presented, expected)).toEqual(verdict);
  });
});
