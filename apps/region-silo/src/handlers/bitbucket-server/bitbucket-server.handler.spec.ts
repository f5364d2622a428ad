import { fixtures } from '@switchyard/parsers/testing';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { bitbucketServerRegion } from '.';

const { bitbucketServerRefsChanged } = fixtures;

const judge = (event: string, body: unknown, secrets: string[] = []) =>
  judgeRequest(bitbucketServerRegion, {
    view: 'webhook',
    headers: { 'X-Event-Key': event, 'X-Request-Id': 'r1' },
    body,
    secrets,
  });

describe('Bitbucket Server webhooks, judged', () => {
  it('refs changed: the repository and nothing else', async () => {
    const verdict = await judge('repo:refs_changed', bitbucketServerRefsChanged);
    expect(verdict).toMatchObject({ kind: 'handled', status: 204, providerDeliveryId: 'r1' });
    const writes = await writesOf(verdict);
    expect(writes).toHaveLength(1);
    expect(writes[0]).toContain('SW/switches');
  });

  it.each([
    ['another event', 'pr:opened', {}, { kind: 'ignored', status: 204 }],
    ['no event', '', {}, { kind: 'rejected', status: 400, error: 'bad_header' }],
    ['no JSON', 'repo:refs_changed', '', { kind: 'rejected', status: 400, error: 'bad_body' }],
    ['no repository', 'repo:refs_changed', {}, { kind: 'rejected', status: 400, error: 'bad_payload' }],
  ])('%s', async (_name, event, body, expected) => {
    expect(await judge(event, body)).toMatchObject(expected);
  });

  it('no signature where the region knows a secret: 401', async () => {
    const verdict = await judge('repo:refs_changed', bitbucketServerRefsChanged, ['secret']);
    expect(verdict).toMatchObject({ kind: 'rejected', status: 401 });
  });
});
