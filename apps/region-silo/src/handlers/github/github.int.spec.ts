import examples from '@octokit/webhooks-examples';
import { signGithubWebhook } from '@switchyard/parsers';
import { waitForLockWaits } from '../../testing/database-locks';
import { githubRequest, issuePayload, pullRequestPayload, pushPayload } from '../../testing/github-requests';
import { GITHUB_SECRET, startRegion } from '../../testing/region-kit';
import type { RegionKit } from '../../testing/region-kit';

describe('GitHub in a region', () => {
  let region: RegionKit;

  beforeEach(async () => {
    region = await startRegion();
  });

  afterEach(() => region.close());

  const tell = async (event: string, payload: unknown) => region.deliver(githubRequest(event, payload));
  const only = async (list: string) => {
    const { items } = await region.admin(list);
    expect(items).toHaveLength(1);
    return items[0] as Record<string, unknown>;
  };

  it('takes every published example of every event', async () => {
    for (const { name, examples: payloads } of examples) {
      for (const payload of payloads) {
        const { status, text } = await tell(name, payload);
        expect({ name, status, text }).toEqual({ name, status: 204, text: '' });
      }
    }
    expect((await region.admin('commits')).items).toHaveLength(1);
    expect((await region.admin('pull-requests')).items).toHaveLength(1);
    expect((await region.admin('external-issues')).items.map(({ key }) => key).sort()).toEqual([
      'Codertocat/Hello-World#1',
      'Codertocat/Hello-World#2',
      'octo-org/octo-repo#1',
    ]);
  });

  describe('push', () => {
    it('stores commits and their repository', async () => {
      await tell('push', pushPayload());
      expect(await only('commits')).toMatchObject({
        provider: 'github',
        integrationId: '17',
        repositoryExternalId: '4711',
        repository: 'acme/gate',
        sha: 'a'.repeat(40),
        message: 'Mend the gate',
        authorName: 'Ada',
        authorEmail: 'ada@example.com',
        authoredAt: '2026-01-01T08:00:00.000Z',
        branch: 'main',
      });
    });

    it('a commit on a second branch keeps its first', async () => {
      await tell('push', pushPayload());
      await tell('push', pushPayload({ ref: 'refs/heads/feature/x' }));
      expect(await only('commits')).toMatchObject({ branch: 'main' });
    });

    it('a renamed repository keeps its commits', async () => {
      await tell('push', pushPayload());
      await tell('push', pushPayload({ name: 'acme/door', sha: 'd'.repeat(40) }));
      const { items } = await region.admin('commits');
      expect(items.map(({ repository }) => repository)).toEqual(['acme/door', 'acme/door']);
      expect((await region.pool.query('SELECT FROM repository')).rowCount).toBe(1);
    });

    it.each([
      ['a tag', { ref: 'refs/tags/v1' }],
      ['notes', { ref: 'refs/notes/commits' }],
      ['a deleted branch', { deleted: true, commits: [] }],
    ])('%s: nothing to store', async (_name, changes) => {
      expect((await tell('push', { ...pushPayload(), ...changes })).status).toBe(204);
      expect((await region.admin('deliveries')).items).toMatchObject([{ outcome: 'ignored' }]);
    });

    it('stores text with NUL, a lone surrogate and other scripts', async () => {
      const payload = JSON.stringify(pushPayload({ message: 'MESSAGE', ref: 'refs/heads/BRANCH' }))
        .replace('MESSAGE', 'a\\u0000b \\ud800 häß 🎉')
        .replace('BRANCH', 'x\\u0000y');
      expect((await tell('push', Buffer.from(payload))).status).toBe(204);
      expect(await only('commits')).toMatchObject({ message: 'a\uFFFDb \uFFFD häß 🎉', branch: 'x\uFFFDy' });
    });

    it('cuts what is too long', async () => {
      await tell('push', pushPayload({ message: 'm'.repeat(100_000) }));
      expect(String((await only('commits'))['message'])).toHaveLength(8_192);
    });

    it("an author's clock may be anything", async () => {
      const payload = pushPayload();
      await tell('push', {
        ...payload,
        commits: payload.commits.map((commit) => ({ ...commit, timestamp: 'long ago' })),
      });
      expect(await only('commits')).toMatchObject({ authoredAt: null });
    });

    it('two pushes that share commits in another order do not stop each other', async () => {
      const shas = ['1', '2', '3'].map((digit) => digit.repeat(40));
      const pushOf = (ids: readonly string[]) => ({
        ...pushPayload(),
        commits: ids.map((id) => ({ ...pushPayload().commits[0], id })),
      });
      await tell('push', pushOf([]));
      // Both meet at the commit in the middle; without an order, each would then hold what the other needs next.
      const holder = await region.pool.connect();
      await holder.query('BEGIN');
      await holder.query(
        `INSERT INTO repository_commit (repository_id, sha, message, branch, stored_at)
         SELECT id, $1, '', 'main', updated_at FROM repository`,
        [shas[1]],
      );
      const answers = [tell('push', pushOf(shas)), tell('push', pushOf([...shas].reverse()))];
      await waitForLockWaits(region.pool, 2);
      await holder.query('ROLLBACK');
      holder.release();
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([204, 204]);
      expect((await region.admin('commits')).items).toHaveLength(3);
    });
  });

  describe('pull_request', () => {
    it('is stored and brought up to date', async () => {
      await tell('pull_request', pullRequestPayload());
      await tell(
        'pull_request',
        pullRequestPayload({ state: 'closed', merged: true, title: 'Mended', updated_at: '2026-01-01T11:00:00Z' }),
      );
      expect(await only('pull-requests')).toMatchObject({
        repository: 'acme/gate',
        number: 7,
        title: 'Mended',
        state: 'closed',
        isMerged: true,
        authorLogin: 'ada',
        headSha: 'b'.repeat(40),
        baseSha: 'c'.repeat(40),
        url: 'https://github.com/acme/gate/pull/7',
        updatedAt: '2026-01-01T11:00:00.000Z',
      });
    });

    it('an older update that comes later does not bring it back', async () => {
      await tell('pull_request', pullRequestPayload({ state: 'closed', updated_at: '2026-01-01T11:00:00Z' }));
      expect((await tell('pull_request', pullRequestPayload())).status).toBe(204);
      expect(await only('pull-requests')).toMatchObject({ state: 'closed' });
    });
  });

  describe('issues', () => {
    it('are stored under owner/repository#number', async () => {
      await tell('issues', issuePayload('assigned', { assignee: { login: 'ada' }, comments: 2 }));
      expect(await only('external-issues')).toMatchObject({
        provider: 'github',
        integrationId: '17',
        key: 'acme/gate#3',
        title: 'The gate squeaks',
        state: 'open',
        assigneeLogin: 'ada',
        commentCount: 2,
        lastCommentId: null,
      });
    });

    it('an older update that comes later does not bring it back', async () => {
      await tell('issues', issuePayload('closed', { state: 'closed', updated_at: '2026-01-01T11:00:00Z' }));
      await tell('issues', issuePayload('opened'));
      expect(await only('external-issues')).toMatchObject({ state: 'closed' });
    });

    it('a message without a state leaves it as it is', async () => {
      await tell('issues', issuePayload('closed', { state: 'closed' }));
      await tell('issues', issuePayload('pinned', { state: undefined, title: 'New title' }));
      expect(await only('external-issues')).toMatchObject({ state: 'closed', title: 'New title' });
    });

    it('a deleted issue stays deleted', async () => {
      await tell('issues', issuePayload('deleted'));
      await tell('issues', issuePayload('edited', { updated_at: '2026-01-01T12:00:00Z' }));
      expect(await only('external-issues')).toMatchObject({ state: 'deleted' });
    });
  });

  describe('issue_comment', () => {
    const comment = (id: number, action = 'created', changes = {}) => ({
      ...issuePayload(action, changes),
      comment: { id },
    });

    it('brings the issue up to date and keeps the newest comment, in any order', async () => {
      await tell('issue_comment', comment(902, 'created', { comments: 2, updated_at: '2026-01-01T11:00:00Z' }));
      await tell('issue_comment', comment(901, 'created', { comments: 1 }));
      await tell('issue_comment', comment(950, 'edited'));
      expect(await only('external-issues')).toMatchObject({ commentCount: 2, lastCommentId: '902', state: 'open' });
    });

    it('a deleted comment does not delete the issue', async () => {
      await tell('issue_comment', comment(901, 'deleted'));
      expect(await only('external-issues')).toMatchObject({ state: 'open' });
    });
  });

  describe('verification', () => {
    it.each([
      ['missing', {}],
      ['wrong', { 'x-hub-signature-256': signGithubWebhook(Buffer.from('{}'), 'guess') }],
      ['not hexadecimal', { 'x-hub-signature-256': 'sha256=zz' }],
    ])('a signature that is %s: 401, recorded', async (_name, signature) => {
      const headers = { 'content-type': 'application/json', 'x-github-event': 'push', ...signature };
      const answer = await region.deliver({ body: '{}', headers });
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'bad_signature' });
      expect(await region.records()).toEqual([expect.objectContaining({ outcome: 'rejected', status: 401 })]);
    });

    it('a missing event header: 400', async () => {
      const body = Buffer.from('{}');
      const headers = { 'x-hub-signature-256': signGithubWebhook(body, GITHUB_SECRET) };
      expect((await region.deliver({ body, headers })).status).toBe(400);
    });

    it('no integration named by the gateway: 400', async () => {
      expect((await region.deliver(githubRequest('push', pushPayload(), { integrationId: '' }))).status).toBe(400);
    });
  });
});

describe('GitHub in a region without secrets', () => {
  it('relies on the signature of the gateway, and says so at start', async () => {
    const region = await startRegion({ SWITCHYARD_GITHUB_WEBHOOK_SECRETS: '' });
    try {
      const headers = { 'x-github-event': 'push' };
      expect((await region.deliver({ body: JSON.stringify(pushPayload()), headers })).status).toBe(204);
      expect(region.logs).toContainEqual(
        expect.objectContaining({ event: 'provider_signature.unchecked', provider: 'github' }),
      );
    } finally {
      await region.close();
    }
  });
});
