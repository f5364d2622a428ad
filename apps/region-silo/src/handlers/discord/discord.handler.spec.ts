import { generateKeyPairSync } from 'node:crypto';
import { signDiscordInteraction } from '@switchyard/parsers';
import { judgeRequest } from '../../testing/judge-request';
import { discordRegion } from '.';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');
const TIMESTAMP = '1767225600';

const judge = (body: unknown, headers: Record<string, string> = {}, discordPublicKeys: string[] = []) =>
  judgeRequest(discordRegion, { view: 'interactions', headers, body, settings: { discordPublicKeys } });

describe('Discord interactions, judged', () => {
  it.each([
    ['a ping', { type: 1 }, { type: 1 }],
    ['help', { type: 2, data: { name: 'help' } }, { type: 4, data: { flags: 64 } }],
    ['another command', { type: 2, data: { name: 'mute' } }, { type: 4, data: { flags: 64 } }],
    ['a component', { type: 3, data: { custom_id: 'x' } }, { type: 4, data: { flags: 64 } }],
    ['no data', { type: 2, data: null }, { type: 4, data: { flags: 64 } }],
  ])('%s', async (_name, body, json) => {
    expect(await judge(body)).toMatchObject({ kind: 'answered', status: 200, json });
  });

  it('no JSON: 400', async () => {
    expect(await judge('x')).toMatchObject({ kind: 'rejected', status: 400, error: 'bad_body' });
  });

  it.each([
    ['of these bytes', JSON.stringify({ type: 1 }), 'answered'],
    ['of others', '{}', 'rejected'],
    ['that is none', undefined, 'rejected'],
  ])('a signature %s', async (_name, signed, kind) => {
    const headers: Record<string, string> =
      signed === undefined
        ? {}
        : {
            'X-Signature-Ed25519': signDiscordInteraction(Buffer.from(signed), TIMESTAMP, privateKey),
            'X-Signature-Timestamp': TIMESTAMP,
          };
    const verdict = await judge({ type: 1 }, headers, [KEY]);
    expect(verdict).toMatchObject(kind === 'rejected' ? { kind, status: 401, error: 'bad_signature' } : { kind });
  });
});
