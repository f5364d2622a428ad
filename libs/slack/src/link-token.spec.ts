import { SigningKeys } from '@switchyard/silo';
import { LinkTokens } from './link-token';
import type { LinkFacts } from './link-token';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const facts: LinkFacts = { integrationId: '7', teamId: 'T1', slackUserId: 'U1', channelId: 'C1' };
let nowMs = Date.UTC(2026, 0, 1);
const clock = { now: () => nowMs, monotonic: () => nowMs };
const tokens = new LinkTokens(SigningKeys.parse(key('a', 1)), clock);

describe(LinkTokens.name, () => {
  beforeEach(() => (nowMs = Date.UTC(2026, 0, 1)));

  it('reads what it issued, for its purpose only, also after the keys were changed', () => {
    const token = tokens.issue('link_identity', facts);
    expect(token).toMatch(/^[A-Za-z0-9_.-]+$/);
    expect(tokens.read('link_identity', token)).toMatchObject({ kind: 'ok', facts });
    expect(tokens.read('unlink_identity', token)).toEqual({ kind: 'bad' });
    const changed = new LinkTokens(SigningKeys.parse(`${key('b', 2)},${key('a', 1)}`), clock);
    expect(changed.read('link_identity', token).kind).toBe('ok');
    expect(new LinkTokens(SigningKeys.parse(key('b', 2)), clock).read('link_identity', token)).toEqual({ kind: 'bad' });
  });

  it('no two links are the same', () => {
    const [first, second] = [1, 2].map(() => tokens.read('link_team', tokens.issue('link_team', facts)));
    expect(first).not.toEqual(second);
  });

  it('S126 a link is good for an hour, and not from the future', () => {
    const token = tokens.issue('link_team', facts);
    nowMs += 3_600_000;
    expect(tokens.read('link_team', token).kind).toBe('ok');
    nowMs += 1_000;
    expect(tokens.read('link_team', token)).toEqual({ kind: 'expired' });
    nowMs -= 3_700_000;
    expect(tokens.read('link_team', token)).toEqual({ kind: 'expired' });
  });

  it.each([
    ['nothing', () => ''],
    ['no mac', (token: string) => token.split('.')[0] ?? ''],
    ['another payload', (token: string) => `${Buffer.from('{"k":"a"}').toString('base64url')}.${token.split('.')[1]}`],
    [
      'another user',
      (token: string) => {
        const [text = '', mac] = token.split('.');
        const payload = JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
        return `${Buffer.from(JSON.stringify({ ...payload, slackUserId: 'U2' })).toString('base64url')}.${mac}`;
      },
    ],
    ['a third part', (token: string) => `${token}.x`],
    ['too long a one', (token: string) => token.padEnd(3_000, 'A')],
    ['no base64', () => '%%%.%%%'],
  ])('S126 refuses %s', (_name, spoil) => {
    expect(tokens.read('link_identity', spoil(tokens.issue('link_identity', facts)))).toEqual({ kind: 'bad' });
  });
});
