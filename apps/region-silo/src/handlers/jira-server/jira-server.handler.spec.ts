import { SignJWT } from 'jose';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { jiraServerRegion } from '.';

const SECRET = 'the-secret-of-this-server-of-jira';

// Constructed after the documentation of Jira Data Center.
const UPDATE = {
  issue: {
    key: 'LR-1',
    fields: { summary: 'The points do not move', status: { name: 'Done' }, updated: '2026-03-02T10:01:00.000+0000' },
  },
  changelog: { items: [{ field: 'status' }] },
};

const sign = (secret: string) =>
  new SignJWT({ id: 'server' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));

const judge = (token: string, body: unknown = UPDATE, secrets = [SECRET]) =>
  judgeRequest(jiraServerRegion, { view: 'issue-updated', params: { token }, body, secrets });

describe('webhooks of Jira servers, judged', () => {
  it('an update is stored under the provider of its own', async () => {
    const [values] = await writesOf(await judge(await sign(SECRET)));
    expect(values?.slice(0, 5)).toEqual(['jira_server', '17', 'LR-1', 'The points do not move', 'Done']);
  });

  it.each([
    ['of another secret', () => sign('another-secret-altogether')],
    ['that is none', () => Promise.resolve('nonsense')],
    ['that is empty', () => Promise.resolve('')],
  ])('a token %s: 400', async (_name, token) => {
    expect(await judge(await token())).toMatchObject({ kind: 'rejected', status: 400, error: 'bad_signature' });
  });

  it.each([
    ['no changelog', {}, { kind: 'rejected', status: 400, error: 'bad_payload' }],
    ['no change that is kept', { ...UPDATE, changelog: { items: [] } }, { kind: 'ignored', status: 204 }],
    ['no JSON', '', { kind: 'rejected', status: 400, error: 'bad_body' }],
  ])('%s', async (_name, body, expected) => {
    expect(await judge('', body, [])).toMatchObject(expected);
  });
});
