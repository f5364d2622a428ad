import { signBitbucketWebhook } from '@switchyard/parsers';
import { fixtures } from '@switchyard/parsers/testing';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { bitbucketRegion } from '.';

const { bitbucketPush } = fixtures;
const [change] = bitbucketPush.push.changes;
const withChange = (changes: object) => ({ ...bitbucketPush, push: { changes: [{ ...change, ...changes }] } });
const withAuthor = (raw: string) =>
  withChange({ commits: change?.commits.map((commit) => ({ ...commit, author: { raw } })) });

const judge = (event: string, body: unknown, headers: Record<string, string> = {}, secrets: string[] = []) =>
  judgeRequest(bitbucketRegion, { view: 'webhook', headers: { 'X-Event-Key': event, ...headers }, body, secrets });

describe('Bitbucket webhooks, judged', () => {
  it.each([
    ['a push', 'repo:push', bitbucketPush, { kind: 'handled', status: 204 }],
    ['a tag', 'repo:push', withChange({ new: { type: 'tag', name: 'v1' } }), { kind: 'ignored', status: 204 }],
    ['a deleted branch', 'repo:push', withChange({ new: null }), { kind: 'ignored', status: 204 }],
    ['another event', 'issue:created', {}, { kind: 'ignored', status: 204 }],
    ['no event', '', {}, { kind: 'rejected', status: 400, error: 'bad_header' }],
    ['no JSON', 'repo:push', '[]', { kind: 'rejected', status: 400, error: 'bad_body' }],
    ['no repository', 'repo:push', { push: { changes: [] } }, { kind: 'rejected', status: 400, error: 'bad_payload' }],
  ])('%s', async (_name, event, body, expected) => {
    expect(await judge(event, body)).toMatchObject(expected);
  });

  it('is known by the id of its delivery', async () => {
    expect(await judge('repo:push', bitbucketPush, { 'X-Request-UUID': 'u1' })).toMatchObject({
      providerDeliveryId: 'u1',
    });
  });

  it.each([
    ['Ada Example <ada@example.com>', 'Ada Example', 'ada@example.com'],
    ['Ada Example', 'Ada Example', null],
    ['<ada@example.com>', null, 'ada@example.com'],
    ['', null, null],
  ])('the author %j', async (raw, name, email) => {
    const [, values] = await writesOf(await judge('repo:push', withAuthor(raw)));
    expect(values?.slice(5, 7)).toEqual([[name], [email]]);
  });

  it.each([
    ['of the secret', 'secret', 'handled'],
    ['of another', 'guess', 'rejected'],
  ])('a signature %s', async (_name, secret, kind) => {
    const body = Buffer.from(JSON.stringify(bitbucketPush));
    const headers = { 'X-Hub-Signature': signBitbucketWebhook(body, secret) };
    const verdict = await judge('repo:push', body, headers, ['secret']);
    expect(verdict).toMatchObject(kind === 'rejected' ? { kind, status: 401 } : { kind });
  });

  it('no signature where the region knows a secret: 401', async () => {
    expect(await judge('repo:push', bitbucketPush, {}, ['secret'])).toMatchObject({ kind: 'rejected', status: 401 });
  });
});
