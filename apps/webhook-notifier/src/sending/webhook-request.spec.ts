import { Webhook } from 'standardwebhooks';
import { encodeEvent } from './platform-event';
import type { EventActor, PlatformEvent } from './platform-event';
import { hookSignature, standardSignatures } from './signature';
import { buildWebhookRequest } from './webhook-request';

const SECRET = 'f1a2'.repeat(16);
const STANDARD = 'whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=';
const OLD_STANDARD = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const INSTALLATION = '7a485448-a9e2-4c85-8a3c-4f44175783c9';

/** The event of the spec's test vectors, appendix D.1. */
const vector: PlatformEvent = {
  resource: 'installation',
  action: 'created',
  installationUuid: INSTALLATION,
  data: {
    installation: {
      app: { uuid: '64bf2cf4-37ca-4365-8dd3-6b6e56d741b8', slug: 'foo' },
      organization: { slug: 'acme' },
      uuid: INSTALLATION,
      status: 'installed',
    },
  },
  actor: { kind: 'user', id: 1, name: 'José' },
};
const build = (over: Partial<Parameters<typeof buildWebhookRequest>[0]> = {}) =>
  buildWebhookRequest({
    event: vector,
    secrets: { client: SECRET, standard: [STANDARD] },
    deliveryId: 'msg_1',
    requestId: 'a'.repeat(32),
    nowMs: Date.now(),
    headerPrefix: 'Sentry',
    userAgent: 'switchyard/test',
    ...over,
  });

// The ids are those of the spec: outgoing-webhooks.md §10.1 and appendix D.
describe('encodeEvent', () => {
  it('A1: has exactly four keys, in order, and the person who acted', () => {
    const body = JSON.parse(encodeEvent(vector).toString()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['action', 'installation', 'data', 'actor']);
    expect(body['actor']).toEqual({ type: 'user', id: 1, name: 'José' });
  });

  it.each<[string, EventActor, object]>([
    ['F8 the system', { kind: 'system' }, { type: 'application', id: 'sentry', name: 'Sentry' }],
    [
      'A11 corrected: the app that acted',
      { kind: 'app', uuid: 'u', name: 'Bot' },
      { type: 'application', id: 'u', name: 'Bot' },
    ],
  ])('%s', (_name, actor, expected) => {
    expect(JSON.parse(encodeEvent({ ...vector, actor }).toString())).toMatchObject({ actor: expected });
  });

  it('A14: what is not ASCII is escaped, or sent as UTF-8, and is the same to a parser', () => {
    const [ascii, utf8] = [encodeEvent(vector), encodeEvent(vector, false)];
    expect([ascii.length, ascii.includes('Jos\\u00e9'), utf8.includes('José')]).toEqual([324, true, true]);
    expect(JSON.parse(ascii.toString())).toEqual(JSON.parse(utf8.toString()));
  });
});

describe('signatures', () => {
  it.each([
    ['A13, D.1', encodeEvent(vector), '41623f128674476f72e485bbd9bff5fc1db8e272306adcf2b7498142641d781e'],
    ['D.1 as UTF-8', encodeEvent(vector, false), '3718979b43a0c16e7725874a02a3790ab34d287da9862964e93cf9d1c92819b2'],
    ['D.1 of nothing', Buffer.alloc(0), '8f0ad21a6bc482c911a4c3f29fef56a9b7d2f26e7b27f2c6c310f4275591c3d8'],
  ])('%s', (_name, body, signature) => {
    expect(hookSignature(SECRET, body)).toBe(signature);
  });

  it('D.2: Standard Webhooks', () => {
    const message = { id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', timestampSeconds: 1723474509, body: encodeEvent(vector) };
    expect(standardSignatures([STANDARD], message)).toBe('v1,NnIC8IxDzlKAX1D1x6dllQTVBhLRg1s0fecYP4YN+jk=');
  });

  it('the public package verifies it, with the new and the old secret during a rotation, and refuses a changed body', () => {
    const { headers, body } = build({ secrets: { client: SECRET, standard: [STANDARD, OLD_STANDARD] } });
    for (const secret of [STANDARD, OLD_STANDARD])
      expect(new Webhook(secret).verify(body.toString(), headers)).toMatchObject({ action: 'created' });
    expect(() => new Webhook(STANDARD).verify(`${body.toString()} `, headers)).toThrow('No matching signature');
  });
});

describe('buildWebhookRequest', () => {
  it('A12: names the resource, the attempt, the time and the signature', () => {
    const { headers, body } = build();
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'Request-ID': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      'Sentry-Hook-Resource': 'installation',
      'Sentry-Hook-Timestamp': expect.stringMatching(/^\d{10}$/) as string,
      'Sentry-Hook-Signature': hookSignature(SECRET, body),
    });
  });

  it('has headers with the name that is configured', () => {
    expect(build({ headerPrefix: 'Acme' }).headers).toHaveProperty('Acme-Hook-Signature');
  });

  it('F21: another attempt has the same webhook-id and its own time', () => {
    const [first, second] = [build({ nowMs: 1_700_000_000_999 }), build({ nowMs: 1_700_000_300_000 })];
    expect(first.headers['webhook-id']).toBe(second.headers['webhook-id']);
    expect([first.headers['webhook-timestamp'], second.headers['webhook-timestamp']]).toEqual([
      '1700000000',
      '1700000300',
    ]);
  });

  it('§11.2: a body over a mebibyte tells only what it is about, and is signed as it is sent', () => {
    const data = {
      issue: { id: '7', web_url: 'https://x/7', title: 't'.repeat(2_000_000) },
      list: [1, 2],
      note: 'short',
    };
    const { headers, body } = build({ event: { ...vector, data } });
    expect((JSON.parse(body.toString()) as { data: unknown }).data).toEqual({
      issue: { id: '7', web_url: 'https://x/7' },
      note: 'short',
      truncated: true,
    });
    expect(headers['Sentry-Hook-Signature']).toBe(hookSignature(SECRET, body));
  });
});
