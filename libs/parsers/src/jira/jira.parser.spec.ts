import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { contextOf, decideSoundly, describeParser, directoryOf, keysOf, request } from '../testing';
import type { RequestOptions } from '../testing';
import { jiraParser } from './jira.parser';
import { queryHash } from './query-hash';

const SECRET = 'the-secret-that-the-site-shares-with-us';
const NOW_MS = 1_700_000_000_000;
const PUBLIC_URL = 'https://hooks.example.com';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

const context = contextOf(
  directoryOf({
    site: { id: 7, regions: ['us', 'de'], webhookSecrets: [SECRET, 'old-secret'] },
    one: { id: 6, regions: ['us'], webhookSecrets: [SECRET] },
    empty: { id: 8, regions: [], organizationIds: [], webhookSecrets: [SECRET] },
    unmapped: { id: 9, regions: [], webhookSecrets: [SECRET] },
    secretless: { id: 10, regions: ['us'] },
    lax: { id: 11, regions: ['us'], verification: 'off' },
  }),
  { nowMs: NOW_MS, publicUrl: PUBLIC_URL, keys: keysOf({ 'atlassian-connect/kid-1': publicKey }) },
);

interface TokenOptions {
  readonly claims?: Record<string, unknown>;
  readonly secret?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly expiresIn?: number;
}

/** A token as Jira makes it for a request below the app's base URL. */
function token({
  claims,
  secret = SECRET,
  method = 'POST',
  path = '/issue-updated/',
  query = '',
  expiresIn = 180,
}: TokenOptions = {}) {
  const seconds = NOW_MS / 1000;
  return new SignJWT({ iss: 'site', qsh: queryHash(method, path, query), ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + expiresIn)
    .sign(Buffer.from(secret));
}

/** A token as Atlassian signs lifecycle calls. */
function published(path: string, { kid = 'kid-1', audience = PUBLIC_URL, key = privateKey, claims = {} } = {}) {
  const seconds = NOW_MS / 1000;
  return new SignJWT({ iss: 'site', qsh: queryHash('POST', path, ''), ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setAudience(audience)
    .setExpirationTime(seconds + 180)
    .sign(key);
}

const call = (view: string, jwt: string | undefined, options: RequestOptions = {}) =>
  request(
    view,
    jwt === undefined ? {} : { authorization: `JWT ${jwt}` },
    { issue: { key: 'LR-1' } },
    {
      path: `/extensions/jira/${view}/`,
      ...options,
    },
  );
const refused = (status: number, reason: string) => ({ kind: 'reply', status, reason });
const badToken = (reason: string) => ({ ...refused(401, 'bad_signature'), verification: { kind: 'refused', reason } });
const decide = async (view: string, jwt: string | undefined, options?: RequestOptions) =>
  decideSoundly(jiraParser, call(view, jwt, options), context);

// T numbers are cases of gateway.md §9.5.
describeParser(jiraParser, context, [
  ...['ui-hook', 'descriptor', 'search', 'configure'].map((view) => ({
    name: `T1 ${view}`,
    given: request(view, {}, '', { method: 'GET' }),
    expect: { kind: 'control', view: `jira.${view}` },
  })),
  {
    name: 'T5 a path with no known view: 404, corrected from passing through',
    given: request('unknown'),
    expect: refused(404, 'unknown_view'),
  },
  {
    name: 'M12 issue-updated without a token: 401, corrected from 404',
    given: call('issue-updated', undefined),
    expect: badToken('missing_headers'),
  },
  {
    name: '§2.4 a token that cannot be decoded: 401, corrected from 500',
    given: call('issue-updated', 'a.b.c'),
    expect: badToken('bad_format'),
  },
  {
    name: 'an Authorization without a second word',
    given: request('issue-updated', { authorization: 'JWT' }),
    expect: badToken('bad_format'),
  },
  {
    name: 'GET issue-updated',
    given: request('issue-updated', {}, '', { method: 'GET' }),
    expect: refused(405, 'method_not_allowed'),
  },
]);

describe('the token of Jira', () => {
  it('T4 issue-updated: stored, one row per region', async () => {
    expect(await decide('issue-updated', await token())).toMatchObject({
      kind: 'mailbox',
      subject: '7',
      regions: ['de', 'us'],
      isVerified: true,
      verification: { kind: 'ok', keyIndex: 0 },
    });
  });

  it("Atlassian's own id of the delivery tells a repeat", async () => {
    const headers = { authorization: `JWT ${await token()}`, 'x-atlassian-webhook-identifier': 'w-1' };
    const given = request('issue-updated', headers, {}, { path: '/extensions/jira/issue-updated/' });
    expect(await decideSoundly(jiraParser, given, context)).toMatchObject({ providerDeliveryId: 'w-1' });
  });

  it('in the query, as pages get it', async () => {
    const jwt = await token({ method: 'GET', path: '/issue/LR-123', query: 'xdm_e=https%3A%2F%2Fx' });
    const options = {
      method: 'GET',
      path: '/extensions/jira/issue/LR-123/',
      query: `xdm_e=https%3A%2F%2Fx&jwt=${jwt}`,
    };
    expect(await decide('issue', undefined, options)).toMatchObject({ kind: 'region', region: 'de' });
  });

  it('T2 issue/LR-123: its one region answers; T6 of two regions the first, with a page for when it does not', async () => {
    const of = (iss: string) => token({ claims: { iss }, method: 'GET', path: '/issue/LR-123/' });
    const options = { method: 'GET', path: '/extensions/jira/issue/LR-123/' };
    expect(await decide('issue', await of('one'), options)).toMatchObject({ kind: 'region', region: 'us' });
    expect(await decide('issue', await of('site'), options)).toMatchObject({
      kind: 'region',
      region: 'de',
      whenUnavailable: { status: 503 },
    });
  });

  it('the secret before the current one is known as such', async () => {
    expect(await decide('issue-updated', await token({ secret: 'old-secret' }))).toMatchObject({
      verification: { kind: 'ok', keyIndex: 1 },
    });
  });

  it.each<[string, TokenOptions, string]>([
    ['another secret', { secret: 'another-secret-of-somebody-else' }, 'mismatch'],
    ['expired', { expiresIn: -1 }, 'stale'],
    ['not yet valid', { claims: { nbf: NOW_MS / 1000 + 60 } }, 'future'],
    ['made for another path', { path: '/installed/' }, 'wrong_request'],
    ['made for another method', { method: 'GET' }, 'wrong_request'],
    ['without qsh: corrected from 500', { claims: { qsh: undefined } }, 'wrong_request'],
    ['with the qsh of a context token', { claims: { qsh: 'context-qsh' } }, 'wrong_request'],
    ['without issuer', { claims: { iss: undefined } }, 'bad_format'],
    ['with an issuer that is no text', { claims: { iss: 'x'.repeat(65) } }, 'bad_format'],
    ['of an unknown site', { claims: { iss: 'nobody' } }, 'not_configured'],
    ['of a site without a secret', { claims: { iss: 'secretless' } }, 'not_configured'],
  ])('%s: 401', async (_name, options, reason) => {
    const decision = await decide('issue-updated', await token(options));
    expect(decision).toMatchObject({ kind: 'reply', status: 401, verification: { kind: 'refused', reason } });
  });

  it('an algorithm that is none', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const jwt = `${part({ alg: 'none' })}.${part({ iss: 'site', qsh: queryHash('POST', '/issue-updated/', ''), exp: NOW_MS })}.`;
    expect(await decide('issue-updated', jwt)).toMatchObject(badToken('bad_format'));
  });

  it.each([
    ['empty', 'no_organization'],
    ['unmapped', 'no_mapping'],
  ])('a site that is %s: 404 %s', async (iss, reason) => {
    expect(await decide('issue-updated', await token({ claims: { iss } }))).toMatchObject(refused(404, reason));
  });

  it('an operator may switch the check off', async () => {
    const jwt = await token({ claims: { iss: 'lax' }, secret: 'whatever-it-is-it-is-not-checked' });
    expect(await decide('issue-updated', jwt)).toMatchObject({ kind: 'mailbox', isVerified: false });
  });
});

describe('lifecycle calls', () => {
  it.each(['installed', 'uninstalled'])('T1 %s, signed by Atlassian: control, for this site only', async (view) => {
    expect(await decide(view, await published(`/${view}/`))).toMatchObject({
      kind: 'control',
      view: `jira.${view}`,
      isVerified: true,
      provenExternalId: 'site',
      reason: 'install_event',
    });
  });

  it('with the app as audience', async () => {
    const jwt = await published('/installed/', { audience: `${PUBLIC_URL}/extensions/jira` });
    expect(await decide('installed', jwt)).toMatchObject({ kind: 'control' });
  });

  it.each([
    ['another key', { key: stranger.privateKey }, 'mismatch'],
    ['a key that nobody published', { kid: 'made-up' }, 'unknown_key'],
    ['another audience', { audience: 'https://evil.example' }, 'wrong_audience'],
  ])('%s: 401', async (_name, options, reason) => {
    expect(await decide('installed', await published('/installed/', options))).toMatchObject(badToken(reason));
  });

  it('nothing at all: 401', async () => {
    expect(await decide('installed', undefined)).toMatchObject(badToken('missing_headers'));
  });
});
