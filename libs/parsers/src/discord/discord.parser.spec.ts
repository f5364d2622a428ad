import { generateKeyPairSync } from 'node:crypto';
import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import { discordParser } from './discord.parser';
import { signDiscordInteraction } from './discord.signature';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const PUBLIC_KEY = (publicKey.export({ format: 'jwk' }).x ?? '') as string;
const PUBLIC_HEX = Buffer.from(PUBLIC_KEY, 'base64url').toString('hex');
const TIMESTAMP = '1700000000';

const sign = (body: Buffer) => ({
  'x-signature-ed25519': signDiscordInteraction(body, TIMESTAMP, privateKey),
  'x-signature-timestamp': TIMESTAMP,
});
const interaction = (body: object | string) => request('interactions', sign(bytesOf(body)), body);
const command = (changes: object = {}) =>
  interaction({
    type: 2,
    guild_id: '290926798626357999',
    application_id: '775799577604522054',
    token: 'aW50ZXJhY3Rpb24.tok_en-1',
    data: { id: '1', name: 'help', type: 1 },
    ...changes,
  });

const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const CALLBACK = 'https://discord.com/api/v10/webhooks/775799577604522054/aW50ZXJhY3Rpb24.tok_en-1';
const deferral = { ackStatus: 200, ackJson: { type: 5, data: { flags: 64 } }, answerMember: 'data' };

// T numbers are cases of gateway.md §9.5. Bodies constructed after Discord's documentation of interactions.
describeParser(
  discordParser,
  contextOf(
    directoryOf({
      '290926798626357999': { id: 7, regions: ['us', 'de'] },
      '2': { id: 8, regions: [], organizationIds: [] },
      '3': { id: 9, regions: [] },
    }),
    { discordPublicKeys: ['00'.repeat(32), PUBLIC_HEX] },
  ),
  [
    {
      name: 'GET',
      given: request('interactions', {}, '', { method: 'GET' }),
      expect: refused(405, 'method_not_allowed'),
    },
    {
      name: 'T23 a ping of a known server',
      given: interaction({ type: 1, guild_id: '290926798626357999' }),
      expect: { kind: 'reply', status: 200, json: { type: 1 }, reason: 'challenge' },
    },
    {
      name: 'T23 a ping of nobody',
      given: interaction({ type: 1 }),
      expect: { kind: 'reply', status: 200, json: { type: 1 } },
    },
    {
      name: 'T24 no signature: 401 with an empty body',
      given: request('interactions', {}, { type: 1 }),
      expect: { ...refused(401, 'bad_signature'), json: undefined, verification: { reason: 'missing_headers' } },
    },
    {
      name: 'T24 a signature over another body: 401 with an empty body',
      given: request('interactions', sign(Buffer.from('{}')), { type: 1 }),
      expect: { ...refused(401, 'bad_signature'), json: undefined, verification: { reason: 'mismatch' } },
    },
    {
      name: 'T24 a signature that is no hexadecimal: 401',
      given: request('interactions', { ...sign(Buffer.from('{}')), 'x-signature-ed25519': 'zz' }, '{}'),
      expect: { ...refused(401, 'bad_signature'), verification: { reason: 'bad_format' } },
    },
    {
      name: 'T25 a command without token: the first region answers',
      given: command({ token: undefined }),
      expect: { kind: 'first-region', regions: ['de', 'us'], isVerified: true, integrationId: '7' },
    },
    {
      name: 'T26 a command without server',
      given: command({ guild_id: undefined }),
      expect: refused(400, 'no_integration'),
    },
    { name: 'a server that is no text', given: command({ guild_id: 5 }), expect: refused(400, 'no_integration') },
    { name: 'an unknown server', given: command({ guild_id: '404' }), expect: refused(400, 'no_integration') },
    {
      name: 'a server without organizations',
      given: command({ guild_id: '2' }),
      expect: refused(400, 'no_organization'),
    },
    {
      name: '§2.4 no mapping: 400, corrected from 500',
      given: command({ guild_id: '3' }),
      expect: refused(400, 'no_mapping'),
    },
    {
      name: 'T28 a command with application and token: deferred to the first region, in the corrected form',
      given: command(),
      expect: { kind: 'deferred', regions: ['de'], callbackUrl: CALLBACK, ...deferral },
    },
    {
      name: '§2.3.10 a component with a callback: all regions, deferred',
      given: command({ type: 3 }),
      expect: { kind: 'deferred', regions: ['de', 'us'], callbackUrl: CALLBACK, ...deferral },
    },
    {
      name: '§2.3.10 a component without a callback: all regions',
      given: command({ type: 3, application_id: undefined }),
      expect: { kind: 'all-regions', regions: ['de', 'us'] },
    },
    ...['../../../x', 'a/b', 'a?b', 'a#b', '', 5].map((token) => ({
      name: `a token that would make another URL, ${JSON.stringify(token)}: no callback`,
      given: command({ token }),
      expect: { kind: 'first-region' },
    })),
    {
      name: 'another application id: no callback',
      given: command({ application_id: 'x' }),
      expect: { kind: 'first-region' },
    },
    {
      name: 'another type: control',
      given: command({ type: 4 }),
      expect: { kind: 'control', view: 'discord.interaction', isVerified: true },
    },
    {
      name: '§2.4 a body that is no JSON: 400, corrected from 500',
      given: interaction('{'),
      expect: refused(400, 'bad_body'),
    },
    ...['link-identity', 'unlink-identity', 'configure'].map((view) => ({
      name: `T29 ${view}`,
      given: request(view),
      expect: { kind: 'control', view: `discord.${view}` },
    })),
    { name: 'an unknown path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

describe('without a public key', () => {
  describeParser(discordParser, contextOf(directoryOf({}), { discordPublicKeys: ['not a key'] }), [
    {
      name: 'everything is refused',
      given: command(),
      expect: { status: 401, reason: 'not_configured', verification: { reason: 'not_configured' } },
    },
  ]);
});
