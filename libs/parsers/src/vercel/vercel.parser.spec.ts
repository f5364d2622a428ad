import { bytesOf, contextOf, describeParser, directoryOf, request } from '../testing';
import { vercelParser } from './vercel.parser';
import { signVercelWebhook } from './vercel.signature';

const SECRET = 'vercel-client-secret';
// Constructed after Vercel's documentation of integration webhooks.
const removed = { id: 'e1', type: 'integration-configuration.removed', payload: { team: { id: 'team_1' } } };
const sign = (body: Buffer, secret = SECRET) => ({ 'x-vercel-signature': signVercelWebhook(body, secret) });
const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });

describeParser(
  vercelParser,
  contextOf(directoryOf({}), { vercelClientSecrets: [SECRET, 'old-secret'] }),
  [
    {
      name: 'T32 a signed webhook: control',
      given: request('webhook', sign(bytesOf(removed)), removed),
      expect: { kind: 'control', view: 'vercel.webhook', isVerified: true, verification: { kind: 'ok', keyIndex: 0 } },
    },
    {
      name: 'the secret before the current one',
      given: request('webhook', sign(bytesOf(removed), 'old-secret'), removed),
      expect: { kind: 'control', verification: { kind: 'ok', keyIndex: 1 } },
    },
    {
      name: 'T32 configure: control',
      given: request('configure', {}, '', { method: 'GET' }),
      expect: { kind: 'control', view: 'vercel.configure' },
    },
    {
      name: 'a body that was altered',
      given: request('webhook', sign(Buffer.from('{}')), removed),
      expect: { ...refused(401, 'bad_signature'), verification: { reason: 'mismatch' } },
    },
    { name: 'no signature', given: request('webhook', {}, removed), expect: refused(401, 'bad_signature') },
    { name: 'GET', given: request('webhook', {}, '', { method: 'GET' }), expect: refused(405, 'method_not_allowed') },
    { name: 'an unknown path', given: request('unknown'), expect: refused(404, 'unknown_view') },
  ],
  { sign },
);

it('T32 delete/ is the old name of webhook/', () => {
  expect(vercelParser.routes['delete/']).toBe('webhook');
});
