import { SignJWT } from 'jose';
import { contextOf, decideSoundly, describeParser, directoryOf, request } from '../testing';
import { jiraServerParser } from './jira-server.parser';

const SECRET = 'the-webhook-secret-of-this-server';
const context = contextOf(
  directoryOf({
    'https://jira.example.com:7': { id: 7, regions: ['us'], webhookSecrets: [SECRET] },
    empty: { id: 8, regions: [], organizationIds: [], webhookSecrets: [SECRET] },
    unmapped: { id: 9, regions: [], webhookSecrets: [SECRET] },
  }),
);

const token = (claims: Record<string, unknown> = {}, secret = SECRET) =>
  new SignJWT({ id: 'https://jira.example.com:7', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(secret));

// Constructed after Jira's documentation of webhooks: the fields that decide, and one change.
const updated = {
  webhookEvent: 'jira:issue_updated',
  issue: { id: '10115', key: 'LR-1' },
  changelog: { items: [{ field: 'status', toString: 'Done' }] },
};
const decide = (jwt: string, body: object | string = updated) =>
  decideSoundly(jiraServerParser, request('issue-updated', {}, body, { params: { token: jwt } }), context);
const swallowed = (reason: string) => ({ kind: 'reply', status: 200, reason });

// T numbers are cases of gateway.md §9.5.
describeParser(jiraServerParser, context, [
  ...['', 'nonsense', 'a.b.c', 'x'.repeat(9_000)].map((jwt) => ({
    name: `T7 a token that is rejected, ${JSON.stringify(jwt.slice(0, 10))}: 200, empty`,
    given: request('issue-updated', {}, updated, { params: { token: jwt } }),
    expect: { ...swallowed('bad_signature'), verification: { reason: 'bad_format' } },
  })),
  { name: 'T12 search', given: request('search'), expect: { kind: 'control', view: 'jira_server.search' } },
  { name: 'GET', given: request('issue-updated', {}, '', { method: 'GET' }), expect: { status: 405 } },
  { name: 'an unknown path', given: request('unknown'), expect: { status: 404, reason: 'unknown_view' } },
]);

describe('the token of Jira Server', () => {
  it('T8, T10 a change: stored, ordered by issue', async () => {
    expect(await decide(await token())).toMatchObject({
      kind: 'mailbox',
      subject: '7',
      bucketKey: '10115',
      regions: ['us'],
      isVerified: true,
    });
  });

  it('an issue without a numeric id is not bucketed', async () => {
    for (const id of ['LR', '', null, {}, '1'.repeat(16)]) {
      const decision = await decide(await token(), { ...updated, issue: { id } });
      expect(decision).toMatchObject({ kind: 'mailbox', bucketKey: undefined });
    }
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['another secret', {}, 'another-secret-altogether', 'mismatch'],
    ['an unknown server', { id: 'nobody' }, SECRET, 'unknown_key'],
    ['no id', { id: undefined }, SECRET, 'unknown_key'],
    ['an id that is no text', { id: 7 }, SECRET, 'unknown_key'],
  ])('T7 %s: 200, empty, nothing stored', async (_name, claims, secret, reason) => {
    expect(await decide(await token(claims, secret))).toMatchObject({
      ...swallowed('bad_signature'),
      verification: { reason },
    });
  });

  it.each([
    ['T11 an empty object', {}],
    ['no change log', { issue: { id: '1' } }],
    ['an empty change log', { changelog: null }],
    ['what is no JSON', 'x'],
    ['a list', []],
  ])('%s: 200, empty, nothing stored', async (_name, body) => {
    expect(await decide(await token(), body)).toMatchObject(swallowed('nothing_changed'));
  });

  it.each([
    ['empty', 'no_organization'],
    ['unmapped', 'no_mapping'],
  ])('a server that is %s: 400, corrected from 404', async (id, reason) => {
    expect(await decide(await token({ id }))).toMatchObject({ kind: 'reply', status: 400, reason });
  });
});
