import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { contextOf, decideSoundly, describeParser, directoryOf, keysOf, request } from '../testing';
import { msteamsParser } from './msteams.parser';

const APP_ID = '5f5cbd3c-0000-4000-8000-000000000001';
const SERVICE_URL = 'https://smba.trafficmanager.net/amer/';
const NOW_MS = 1_700_000_000_000;
const TEAM = '19:8d46058cda57449380517cc374727f2a@thread.tacv2';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const directory = () =>
  directoryOf({
    [TEAM]: { id: 7, regions: ['us'] },
    'tenant-1': { id: 8, regions: ['de'] },
    empty: { id: 9, regions: [], organizationIds: [] },
    unmapped: { id: 10, regions: [] },
  });
const context = contextOf(directory(), {
  nowMs: NOW_MS,
  msteamsAppId: APP_ID,
  keys: keysOf({ 'bot-framework/bot-1': publicKey }),
});

interface TokenOptions {
  readonly key?: typeof privateKey;
  readonly kid?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly expiresIn?: number;
  readonly serviceUrl?: string;
}

function token(options: TokenOptions = {}): Promise<string> {
  const { key = privateKey, kid = 'bot-1', audience = APP_ID, issuer = 'https://api.botframework.com' } = options;
  return new SignJWT({ serviceurl: options.serviceUrl ?? SERVICE_URL })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setAudience(audience)
    .setIssuer(issuer)
    .setExpirationTime(NOW_MS / 1000 + (options.expiresIn ?? 3_600))
    .sign(key);
}

const activity = (changes: object = {}) => ({
  type: 'message',
  serviceUrl: SERVICE_URL,
  channelData: { team: { id: TEAM }, tenant: { id: 'tenant-1' } },
  ...changes,
});
const decide = async (body: object | string, options?: TokenOptions) =>
  decideSoundly(msteamsParser, request('webhook', { authorization: `Bearer ${await token(options)}` }, body), context);
const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const toControl = (view: string) => ({ kind: 'control', view: `msteams.${view}`, isVerified: true });

// T numbers are cases of gateway.md §9.5. Bodies constructed after the Bot Framework's documentation of activities.
describeParser(msteamsParser, context, [
  ...['configure', 'link-identity', 'unlink-identity'].map((view) => ({
    name: `T22 ${view}`,
    given: request(view, {}, '', { method: 'GET' }),
    expect: { kind: 'control', view: `msteams.${view}` },
  })),
  {
    name: 'no token: 401',
    given: request('webhook', {}, activity()),
    expect: { status: 401, verification: { reason: 'missing_headers' } },
  },
  {
    name: 'what is no token: 401',
    given: request('webhook', { authorization: 'Bearer x' }, activity()),
    expect: { status: 401, verification: { reason: 'bad_format' } },
  },
  {
    name: '§2.4 what is no JSON: 400, corrected from passing through',
    given: request('webhook', {}, '{'),
    expect: refused(400, 'bad_body'),
  },
  { name: 'GET', given: request('webhook', {}, '', { method: 'GET' }), expect: refused(405, 'method_not_allowed') },
  { name: 'an unknown path', given: request('unknown'), expect: refused(404, 'unknown_view') },
]);

describe('activities of Teams', () => {
  it('T17 a generic event without team and card: control', async () => {
    expect(await decide(activity({ channelData: {} }))).toMatchObject(toControl('message'));
  });

  it('T18 a card: its integration, by our own id and only among those of Teams', async () => {
    const cards = directory();
    const body = activity({ channelData: {}, value: { payload: { integrationId: 7 } } });
    const given = request('webhook', { authorization: `Bearer ${await token()}` }, body);
    const decision = await decideSoundly(msteamsParser, given, { ...context, directory: cards });
    expect(decision).toMatchObject({ kind: 'mailbox', subject: '7', regions: ['us'], isVerified: true });
    expect(cards.lookups).toEqual(['msteams/id/7']);
  });

  it.each(['conversationUpdate', 'message', 'messageReaction'])('T19 %s of a known team: stored', async (type) => {
    expect(await decide(activity({ type }))).toMatchObject({ kind: 'mailbox', subject: '7' });
  });

  it('T20 personal chats, with a tenant alone: control', async () => {
    expect(await decide(activity({ channelData: { tenant: { id: 'tenant-1' } } }))).toMatchObject(toControl('message'));
  });

  it('an unknown team of a known tenant: the tenant', async () => {
    const channelData = { team: { id: '19:other' }, tenant: { id: 'tenant-1' } };
    expect(await decide(activity({ channelData }))).toMatchObject({ kind: 'mailbox', subject: '8' });
  });

  it.each(['add', 'remove'])('§2.3.9 installationUpdate %s: control', async (action) => {
    const decision = await decide(activity({ type: 'installationUpdate', action }));
    expect(decision).toMatchObject({ ...toControl('installation'), reason: 'install_event' });
  });

  it('an activity without type: control', async () => {
    expect(await decide(activity({ type: undefined }))).toMatchObject(toControl('message'));
  });

  it.each([
    ['404', 'no_integration'],
    ['empty', 'no_organization'],
    ['unmapped', 'no_mapping'],
  ])('team %s: 400 %s', async (id, reason) => {
    expect(await decide(activity({ channelData: { team: { id } } }))).toMatchObject(refused(400, reason));
  });

  it.each<[string, TokenOptions, string]>([
    ['another key', { key: stranger.privateKey }, 'mismatch'],
    ['a key that nobody published', { kid: 'made-up' }, 'unknown_key'],
    ['another audience', { audience: 'somebody-else' }, 'wrong_audience'],
    ['another issuer', { issuer: 'https://evil.example' }, 'wrong_issuer'],
    ['six minutes too late', { expiresIn: -360 }, 'stale'],
    ['made for another service', { serviceUrl: 'https://evil.example/' }, 'wrong_request'],
  ])('%s: 401', async (_name, options, reason) => {
    expect(await decide(activity(), options)).toMatchObject({ status: 401, verification: { kind: 'refused', reason } });
  });

  it('four minutes too late is within the tolerance', async () => {
    expect(await decide(activity(), { expiresIn: -240 })).toMatchObject({ kind: 'mailbox' });
  });

  it('without an app id everything is refused', async () => {
    const given = request('webhook', { authorization: `Bearer ${await token()}` }, activity());
    const decision = await decideSoundly(msteamsParser, given, contextOf(directory()));
    expect(decision).toMatchObject({ status: 401, reason: 'not_configured' });
  });
});
