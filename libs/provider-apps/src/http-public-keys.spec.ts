import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpPools } from '@switchyard/http-client';
import { FakeClock } from '@switchyard/primitives';
import { HttpPublicKeys } from './http-public-keys';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = publicKey.export({ type: 'spki', format: 'pem' });
const { n, e } = publicKey.export({ format: 'jwk' });

describe(HttpPublicKeys.name, () => {
  const clock = new FakeClock();
  const pools = new HttpPools({ connectionsPerOrigin: 2, connectTimeoutMs: 1_000 });
  let server: Server;
  let asked: string[] = [];
  let answers: Record<string, { status: number; body: string }> = {};
  let keys: HttpPublicKeys;
  let origin: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const { status, body } = answers[path] ?? { status: 404, body: '' };
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    await pools.close();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    asked = [];
    answers = {
      '/install/known': { status: 200, body: String(PEM) },
      '/openid': { status: 200, body: JSON.stringify({ jwks_uri: `${origin}/keys`, issuer: 'x' }) },
      '/keys': { status: 200, body: JSON.stringify({ keys: [{ kid: 'bot-1', kty: 'RSA', n, e, use: 'sig' }] }) },
    };
    keys = new HttpPublicKeys({
      pools,
      clock,
      atlassianKeysUrl: `${origin}/install`,
      botFrameworkUrl: `${origin}/openid`,
    });
  });

  it('fetches a key of Atlassian once a day, and once for many at a time', async () => {
    const found = await Promise.all([1, 2, 3].map(() => keys.find('atlassian-connect', 'known')));
    expect(found.every((key) => key?.equals(publicKey))).toBe(true);
    clock.advance(23 * 3_600_000);
    await keys.find('atlassian-connect', 'known');
    expect(asked).toEqual(['/install/known']);
    clock.advance(3_600_001);
    await keys.find('atlassian-connect', 'known');
    expect(asked).toEqual(['/install/known', '/install/known']);
  });

  it('finds a key of the Bot Framework in its key set', async () => {
    expect((await keys.find('bot-framework', 'bot-1'))?.equals(publicKey)).toBe(true);
    await keys.find('bot-framework', 'bot-1');
    expect(asked).toEqual(['/openid', '/keys']);
  });

  it.each(['atlassian-connect', 'bot-framework'] as const)(
    'asks %s once a minute for a key that is not there',
    async (issuer) => {
      await expect(keys.find(issuer, 'made-up')).resolves.toBeUndefined();
      const first = asked.length;
      await expect(keys.find(issuer, 'made-up')).resolves.toBeUndefined();
      expect(asked).toHaveLength(first);
      clock.advance(60_001);
      await keys.find(issuer, 'made-up');
      expect(asked).toHaveLength(2 * first);
    },
  );

  it.each(['', '../secret', 'a/b', 'x'.repeat(101), 'a b'])('asks nobody for the key id %j', async (id) => {
    await expect(keys.find('atlassian-connect', id)).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });

  it.each([
    ['an error', '/install/known', { status: 500, body: '' }, 'atlassian-connect', 'known'],
    ['something that is no key', '/install/known', { status: 200, body: 'hello' }, 'atlassian-connect', 'known'],
    ['a redirect', '/install/known', { status: 302, body: '' }, 'atlassian-connect', 'known'],
    ['no JSON', '/openid', { status: 200, body: '<html>' }, 'bot-framework', 'bot-1'],
    ['another protocol', '/openid', { status: 200, body: '{"jwks_uri":"ftp://x/keys"}' }, 'bot-framework', 'bot-1'],
    ['keys that are none', '/keys', { status: 200, body: '{"keys":[{"kid":1}]}' }, 'bot-framework', 'bot-1'],
  ] as const)('is unavailable, not "no such key", after %s', async (_name, path, answer, issuer, id) => {
    answers[path] = answer;
    await expect(keys.find(issuer, id)).rejects.toMatchObject({ code: 'SWY_PROVIDER_KEYS_UNAVAILABLE' });
  });
});
