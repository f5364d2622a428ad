import { fixtures } from '@switchyard/parsers/testing';
import { judgeRequest, writesOf } from '../../testing/judge-request';
import { gitlabRegion } from '.';

const { gitlabIssue, gitlabMergeRequest, gitlabPush } = fixtures;
const ZEROS = '0'.repeat(40);

const judge = (event: string, body: unknown, rest: { token?: string; secrets?: readonly string[] } = {}) =>
  judgeRequest(gitlabRegion, {
    view: 'webhook',
    headers: { 'X-Gitlab-Event': event, ...(rest.token !== undefined && { 'X-Gitlab-Token': rest.token }) },
    body,
    secrets: rest.secrets,
  });

const merge = (changes: object) =>
  judge('Merge Request Hook', {
    ...gitlabMergeRequest,
    object_attributes: { ...gitlabMergeRequest.object_attributes, ...changes },
  });

describe('GitLab webhooks, judged', () => {
  it.each([
    ['a push', 'Push Hook', gitlabPush, { kind: 'handled', status: 204 }],
    ['a merge request', 'Merge Request Hook', gitlabMergeRequest, { kind: 'handled', status: 204 }],
    ['an issue', 'Issue Hook', gitlabIssue, { kind: 'handled', status: 204 }],
    ['a push to a tag', 'Push Hook', { ...gitlabPush, ref: 'refs/tags/v1' }, { kind: 'ignored', status: 204 }],
    ['a deleted branch', 'Push Hook', { ...gitlabPush, after: ZEROS, commits: [] }, { kind: 'handled', status: 204 }],
    ['another event', 'Pipeline Hook', {}, { kind: 'ignored', status: 204 }],
    ['no event', '', {}, { kind: 'rejected', status: 400, error: 'bad_header' }],
    ['no JSON', 'Push Hook', 'nonsense', { kind: 'rejected', status: 400, error: 'bad_body' }],
    ['no project', 'Push Hook', { ref: 'refs/heads/x' }, { kind: 'rejected', status: 400, error: 'bad_payload' }],
  ])('%s', async (_name, event, body, expected) => {
    expect(await judge(event, body)).toMatchObject(expected);
  });

  it.each([
    ['the current secret', 'gitlab.example.com:acme:new', ['new', 'old'], 'handled'],
    ['the one before', 'gitlab.example.com:acme:old', ['new', 'old'], 'handled'],
    ['another', 'gitlab.example.com:acme:guess', ['new', 'old'], 'rejected'],
    ['none', undefined, ['new'], 'rejected'],
    ['a token of one part', 'new', ['new'], 'rejected'],
    ['anything, where the region knows none', 'a:b:c', [], 'handled'],
  ])('the token has %s', async (_name, token, secrets, kind) => {
    const verdict = await judge('Push Hook', gitlabPush, { token, secrets });
    expect(verdict).toMatchObject(kind === 'rejected' ? { kind, status: 409, error: 'bad_signature' } : { kind });
    expect(verdict).toMatchObject({ isSenderUnchecked: secrets.length === 0 });
  });

  it.each([
    ['opened', ['open', false]],
    ['locked', ['open', false]],
    ['closed', ['closed', false]],
    ['merged', ['closed', true]],
  ])('a merge request that is %s', async (state, stored) => {
    const [, values] = await writesOf(await merge({ state }));
    expect(values?.slice(3, 5)).toEqual(stored);
  });

  it.each([
    ['by its author', { id: 4, username: 'ada' }, 'ada'],
    ['by somebody else', { id: 9, username: 'bo' }, null],
    ['by nobody', undefined, null],
  ])('a merge request that was changed %s: the author is who wrote it', async (_name, user, author) => {
    const [, values] = await writesOf(await judge('Merge Request Hook', { ...gitlabMergeRequest, user }));
    expect(values?.[6]).toBe(author);
  });
});
