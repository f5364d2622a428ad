import { generateKeyPairSync } from 'node:crypto';
import { queryHash } from '@switchyard/parsers';
import { SignJWT } from 'jose';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { jiraRegion } from '.';

const SECRET = 'the-secret-of-this-site-of-jira';
const PATH = '/extensions/jira/issue-updated/';

// Constructed after Jira's documentation of webhooks.
const update = (changes: { fields?: object; items?: unknown[] } = {}) => ({
  webhookEvent: 'jira:issue_updated',
  timestamp: Date.UTC(2026, 2, 1),
  issue: {
    id: '10115',
    key: 'LR-1',
    fields: {
      summary: 'The points do not move',
      status: { name: 'Done' },
      assignee: { displayName: 'Ada' },
      updated: '2026-03-02T10:01:00.000+0000',
      ...changes.fields,
    },
  },
  changelog: { items: changes.items ?? [{ field: 'status', fromString: 'To Do', toString: 'Done' }] },
});

const judge = (body: unknown, rest: { token?: string; isVerified?: boolean; headers?: Record<string, string> } = {}) =>
  judgeRequest(jiraRegion, {
    view: 'issue-updated',
    path: PATH,
    headers: { ...(rest.token !== undefined && { Authorization: `JWT ${rest.token}` }), ...rest.headers },
    body,
    secrets: rest.token === undefined ? [] : [SECRET],
    isVerified: rest.isVerified,
  });

/** What an issue is stored as: key, title, state, assignee, and the time of Jira's clock. */
async function stored(body: unknown): Promise<unknown[] | undefined> {
  const [values] = await writesOf(await judge(body));
  return values && [...values.slice(2, 6), values[8]];
}

describe('Jira webhooks, judged', () => {
  const UPDATED = '2026-03-02T10:01:00.000Z';
  const TITLE = 'The points do not move';

  it.each([
    ['the status', {}, ['LR-1', TITLE, 'Done', 'Ada', UPDATED]],
    ['the assignee', { items: [{ field: 'assignee' }] }, ['LR-1', TITLE, 'Done', 'Ada', UPDATED]],
    ['nobody is assigned', { fields: { assignee: null } }, ['LR-1', TITLE, 'Done', null, UPDATED]],
    ['a name of Jira Server', { fields: { assignee: { name: 'ada' } } }, ['LR-1', TITLE, 'Done', 'ada', UPDATED]],
    ['no status', { fields: { status: null } }, ['LR-1', TITLE, null, 'Ada', UPDATED]],
    ['no time', { fields: { updated: null } }, ['LR-1', TITLE, 'Done', 'Ada', '2026-03-01T00:00:00.000Z']],
    ['an item of no toString', { items: [{ field: 'status' }] }, ['LR-1', TITLE, 'Done', 'Ada', UPDATED]],
    ['a toString of null', { items: [{ field: 'status', toString: null }] }, ['LR-1', TITLE, 'Done', 'Ada', UPDATED]],
    ['another field', { items: [{ field: 'summary' }] }, undefined],
    ['no item', { items: [] }, undefined],
  ])('%s', async (_name, changes, expected) => {
    expect(await stored(update(changes))).toEqual(expected);
  });

  it.each([
    ['no changelog', { ...update(), changelog: null }, { kind: 'ignored', status: 204 }],
    ['no JSON', 'x', { kind: 'rejected', status: 400, error: 'bad_body' }],
    ['no issue', { changelog: { items: [] } }, { kind: 'rejected', status: 400, error: 'bad_payload' }],
    ['a time of no calendar', update({ fields: { updated: 'soon' } }), { kind: 'rejected', status: 400 }],
  ])('%s', async (_name, body, expected) => {
    expect(await judge(body)).toMatchObject(expected);
  });

  it("is known by Jira's id, which stays when Jira tries again", async () => {
    const headers = { 'X-Atlassian-Webhook-Identifier': 'w1' };
    expect(await judge(update(), { headers })).toMatchObject({ kind: 'handled', providerDeliveryId: 'w1' });
  });
});

describe('tokens of Jira, checked once more', () => {
  const sign = (rest: { secret?: string; qsh?: string } = {}) =>
    new SignJWT({ iss: 'site', qsh: rest.qsh ?? queryHash('POST', '/issue-updated/', '') })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.UTC(2020, 0, 1) / 1000))
      .sign(Buffer.from(rest.secret ?? SECRET));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const published = () =>
    new SignJWT({ iss: 'site' }).setProtectedHeader({ alg: 'RS256', kid: 'atlassian' }).sign(privateKey);
  const otherPath = queryHash('POST', '/installed/', '');

  it.each([
    ['expired, and the gateway saw it in time', () => sign(), true, 'handled', false],
    ['expired, and the gateway has not checked', () => sign(), false, 'rejected', false],
    ['of another secret', () => sign({ secret: 'another-secret-altogether' }), true, 'rejected', false],
    ['of another request', () => sign({ qsh: otherPath }), true, 'rejected', false],
    ['that is none', () => Promise.resolve('nonsense'), true, 'rejected', false],
    ['that names a published key, which the gateway has checked', published, true, 'handled', true],
    ['that names a published key, which nobody has checked', published, false, 'rejected', false],
  ])('a token %s', async (_name, token, isVerified, kind, isSenderUnchecked) => {
    const verdict = await judge(update(), { token: await token(), isVerified });
    expect(verdict).toMatchObject(
      kind === 'rejected' ? { kind, status: 409, error: 'bad_signature' } : { kind, isSenderUnchecked },
    );
  });
});

describe('the page of an issue of Jira', () => {
  const page = (key: string, secrets: string[] = []) =>
    judgeRequest(jiraRegion, {
      view: 'issue',
      method: 'GET',
      path: `/extensions/jira/issue/${key}/`,
      params: { issue_key: key },
      secrets,
    });

  it.each([
    ['a key', 'LR-1', [], { kind: 'answered', status: 200, json: { issue: 'LR-1', linked: [] } }],
    ['a key that is encoded', 'L%C3%84-1', [], { kind: 'answered', json: { issue: 'LÄ-1', linked: [] } }],
    ['a key that cannot be decoded', '%zz', [], { kind: 'rejected', status: 400, error: 'bad_path' }],
    ['no token where the region knows a secret', 'LR-1', [SECRET], { kind: 'rejected', status: 409 }],
  ])('%s', async (_name, key, secrets, expected) => {
    expect(await page(key, secrets)).toMatchObject(expected);
  });
});
