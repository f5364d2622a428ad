import { generateKeyPairSync } from 'node:crypto';
import { queryHash, signBitbucketWebhook, signDiscordInteraction, signGithubWebhook } from '@switchyard/parsers';
import { fixtures } from '@switchyard/parsers/testing';
import { SignJWT } from 'jose';
import { pushPayload } from '../testing/github-requests';
import { ADMIN_TOKEN, startRegion } from '../testing/region-kit';
import type { KitRequest, RegionKit } from '../testing/region-kit';

const { bitbucketPush, bitbucketServerRefsChanged, gitlabIssue, gitlabMergeRequest, gitlabPush, vstsWorkItemUpdated } =
  fixtures;

const SECRET = 'the-secret-of-this-integration';
const discord = generateKeyPairSync('ed25519');
const discordHex = Buffer.from(discord.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex');

let region: RegionKit;
let lastIntegration = 100;

beforeAll(async () => {
  region = await startRegion({ SWITCHYARD_DISCORD_PUBLIC_KEYS: discordHex });
}, 30_000);
afterAll(() => region.close());

/** An integration of its own for each test; with the secret, if this region is to know it. */
async function integration(provider: string, isKnown = true): Promise<string> {
  const id = String((lastIntegration += 1));
  if (isKnown) expect((await putSecret(id, { provider, webhookSecrets: [SECRET] })).status).toBe(204);
  return id;
}

const putSecret = (id: string, body: unknown, token = ADMIN_TOKEN) =>
  region.send({
    method: 'PUT',
    path: `/admin/api/integrations/${id}`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });

const json = (body: object, headers: Record<string, string> = {}): Pick<KitRequest, 'body' | 'headers'> => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

async function rows(table: string, integrationId: string): Promise<Record<string, unknown>[]> {
  const join = table === 'external_issue' ? '' : 'JOIN repository r ON r.id = t.repository_id';
  const owner = table === 'external_issue' ? 't' : 'r';
  const { rows: found } = await region.pool.query<Record<string, unknown>>(
    `SELECT t.* FROM ${table} t ${join} WHERE ${owner}.integration_id = $1 ORDER BY t.id`,
    [integrationId],
  );
  return found;
}

describe('GitLab', () => {
  const send = (integrationId: string, event: string, body: object, rest: KitRequest & { token?: string } = {}) =>
    region.deliver({
      path: '/extensions/gitlab/webhook/',
      integrationId,
      ...json(body, {
        'x-gitlab-event': event,
        'x-gitlab-token': `gitlab.example.com:acme:${rest.token ?? SECRET}`,
        ...rest.headers,
      }),
      deliveryId: rest.deliveryId,
    });

  it('Push Hook: commits of a branch, once', async () => {
    const id = await integration('gitlab');
    for (const deliveryId of ['gitlab-1', 'gitlab-1', 'gitlab-2']) {
      expect((await send(id, 'Push Hook', gitlabPush, { deliveryId })).status).toBe(204);
    }
    expect(await rows('repository_commit', id)).toMatchObject([
      { sha: gitlabPush.commits[0]?.id, branch: 'main', author_email: 'ada@example.com' },
      { sha: gitlabPush.commits[1]?.id, author_name: 'Bo Example' },
    ]);
  });

  it('Merge Request Hook and Issue Hook: as they are after the event; an older one changes nothing', async () => {
    const id = await integration('gitlab');
    expect((await send(id, 'Merge Request Hook', gitlabMergeRequest)).status).toBe(204);
    expect(await rows('pull_request', id)).toMatchObject([{ number: 7, state: 'closed', is_merged: true }]);
    expect((await send(id, 'Issue Hook', gitlabIssue)).status).toBe(204);
    const older = { ...gitlabIssue.object_attributes, state: 'opened', updated_at: '2020-01-01 00:00:00 UTC' };
    expect((await send(id, 'Issue Hook', { ...gitlabIssue, object_attributes: older })).status).toBe(204);
    expect(await rows('external_issue', id)).toMatchObject([
      { key: 'acme/switches#23', state: 'closed', assignee_login: 'bo' },
    ]);
  });

  it('a delivery that GitLab repeats under its own id is a duplicate', async () => {
    const id = await integration('gitlab');
    const headers = { 'idempotency-key': 'key-1' };
    await send(id, 'Push Hook', gitlabPush, { headers, deliveryId: 'gitlab-a' });
    await send(id, 'Push Hook', gitlabPush, { headers, deliveryId: 'gitlab-b' });
    const outcomes = (await region.records()).filter(({ provider_delivery_id: of }) => of === 'key-1');
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'handled']);
  });

  it('another secret: 409, so that nobody repeats it', async () => {
    const id = await integration('gitlab');
    expect((await send(id, 'Push Hook', gitlabPush, { token: 'changed-since' })).status).toBe(409);
    expect(await rows('repository_commit', id)).toEqual([]);
  });

  it('without a secret of its own the region takes what the gateway signed, and says so once', async () => {
    const id = await integration('gitlab', false);
    for (const token of ['anything', 'else']) {
      expect((await send(id, 'Push Hook', gitlabPush, { token })).status).toBe(204);
    }
    const told = region.logs.filter(({ integration_id: of, event }) => of === id && event !== 'delivery.handled');
    expect(told).toMatchObject([{ event: 'provider_signature.unchecked', provider: 'gitlab', level: 'warn' }]);
  });

  it('who merges does not become the author; one whose author nobody has named has none', async () => {
    const id = await integration('gitlab');
    const byAnother = (iid: number, state: string) => ({
      ...gitlabMergeRequest,
      user: { id: 9, username: 'bo' },
      object_attributes: { ...gitlabMergeRequest.object_attributes, iid, state },
    });
    await send(id, 'Merge Request Hook', gitlabMergeRequest);
    await send(id, 'Merge Request Hook', byAnother(7, 'closed'));
    await send(id, 'Merge Request Hook', byAnother(8, 'opened'));
    expect(await rows('pull_request', id)).toMatchObject([
      { number: 7, author_login: 'ada', is_merged: false },
      { number: 8, author_login: null },
    ]);
  });

  it.each([
    ['another event', 'Pipeline Hook', gitlabPush, 204],
    ['no event', '', gitlabPush, 400],
    ['a payload of another form', 'Push Hook', { ref: 5 }, 400],
  ])('%s', async (_name, event, body, status) => {
    expect((await send(await integration('gitlab'), event, body)).status).toBe(status);
  });
});

describe('GitHub Enterprise', () => {
  const send = (integrationId: string, body: object, secret?: string) => {
    const text = JSON.stringify(body);
    const signature = secret && { 'x-hub-signature-256': signGithubWebhook(Buffer.from(text), secret) };
    return region.deliver({
      path: '/extensions/github-enterprise/webhook/',
      integrationId,
      ...json(body, { 'x-github-event': 'push', ...(signature || {}) }),
    });
  };

  it('stores what GitHub would; old servers do not sign, and a wrong signature is refused', async () => {
    const id = await integration('github_enterprise');
    expect((await send(id, pushPayload(), SECRET)).status).toBe(204);
    expect((await send(id, pushPayload())).status).toBe(204);
    expect((await send(id, pushPayload(), 'another')).status).toBe(401);
    expect(await rows('repository_commit', id)).toHaveLength(1);
  });
});

describe('Bitbucket', () => {
  const send = (path: string, integrationId: string, event: string, body: object, secret = SECRET) => {
    const text = JSON.stringify(body);
    const headers = { 'x-event-key': event, 'x-hub-signature': signBitbucketWebhook(Buffer.from(text), secret) };
    return region.deliver({ path, integrationId, ...json(body, headers) });
  };
  const CLOUD = '/extensions/bitbucket/organizations/1/webhook/';
  const SERVER = '/extensions/bitbucket-server/organizations/1/webhook/7/';

  it('repo:push: commits with their authors', async () => {
    const id = await integration('bitbucket');
    expect((await send(CLOUD, id, 'repo:push', bitbucketPush)).status).toBe(204);
    expect(await rows('repository_commit', id)).toMatchObject([
      { branch: 'main', author_name: 'Ada Example', author_email: 'ada@example.com' },
    ]);
    expect((await send(CLOUD, id, 'repo:push', bitbucketPush, 'another')).status).toBe(401);
  });

  it('repo:refs_changed of a server: the repository', async () => {
    const id = await integration('bitbucket_server');
    expect((await send(SERVER, id, 'repo:refs_changed', bitbucketServerRefsChanged)).status).toBe(204);
    const { rows: found } = await region.pool.query('SELECT name FROM repository WHERE integration_id = $1', [id]);
    expect(found).toEqual([{ name: 'SW/switches' }]);
    expect((await send(SERVER, id, 'repo:refs_changed', bitbucketServerRefsChanged, 'another')).status).toBe(401);
  });
});

// Constructed after Jira's documentation of webhooks.
const jiraUpdate = (status: string, updated: string, field = 'status') => ({
  webhookEvent: 'jira:issue_updated',
  issue: {
    id: '10115',
    key: 'LR-1',
    fields: { summary: 'The points do not move', status: { name: status }, assignee: { displayName: 'Ada' }, updated },
  },
  changelog: { items: [{ field, fieldtype: 'jira', fromString: 'To Do', toString: status }] },
});

describe('Jira', () => {
  const EXPIRED = Math.floor(Date.UTC(2020, 0, 1) / 1000);
  const token = (secret = SECRET) =>
    new SignJWT({ iss: 'site', qsh: queryHash('POST', '/issue-updated/', '') })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(EXPIRED)
      .sign(Buffer.from(secret));
  const send = async (integrationId: string, body: object, rest: Partial<KitRequest> & { secret?: string } = {}) =>
    region.deliver({
      path: '/extensions/jira/issue-updated/',
      integrationId,
      isVerified: rest.isVerified,
      ...json(body, { authorization: `JWT ${await token(rest.secret)}` }),
    });

  it('W-08 status and assignee follow, long after the token has expired: the gateway has checked the time', async () => {
    const id = await integration('jira');
    expect((await send(id, jiraUpdate('Done', '2026-03-02T10:01:00.000+0000'))).status).toBe(204);
    expect((await send(id, jiraUpdate('To Do', '2026-03-01T10:01:00.000+0000'))).status).toBe(204);
    expect(await rows('external_issue', id)).toMatchObject([{ key: 'LR-1', state: 'Done', assignee_login: 'Ada' }]);
  });

  it('the region trusts the flag for the time only: another secret, or no flag, is 409', async () => {
    const id = await integration('jira');
    const body = jiraUpdate('Done', '2026-03-02T10:01:00.000+0000');
    expect((await send(id, body, { secret: 'another-secret-altogether' })).status).toBe(409);
    expect((await send(id, body, { isVerified: false })).status).toBe(409);
    expect(await rows('external_issue', id)).toEqual([]);
  });

  it('an update that Jira repeats under its own id is a duplicate', async () => {
    const id = await integration('jira', false);
    const headers = { 'content-type': 'application/json', 'x-atlassian-webhook-identifier': 'jira-w1' };
    const body = JSON.stringify(jiraUpdate('Done', '2026-03-02T10:01:00.000+0000'));
    for (const deliveryId of ['jira-a', 'jira-b']) {
      await region.deliver({
        path: '/extensions/jira/issue-updated/',
        integrationId: id,
        headers,
        body,
        deliveryId,
      });
    }
    const outcomes = (await region.records()).filter(({ provider_delivery_id: of }) => of === 'jira-w1');
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['duplicate', 'handled']);
    expect(await rows('external_issue', id)).toHaveLength(1);
  });

  it('a change of other fields is nothing', async () => {
    const id = await integration('jira', false);
    expect((await send(id, jiraUpdate('Done', '2026-03-02T10:01:00.000+0000', 'summary'))).status).toBe(204);
    expect(await rows('external_issue', id)).toEqual([]);
  });

  it('T2 the page of an issue is answered', async () => {
    const answer = await region.deliver({ method: 'GET', path: '/extensions/jira/issue/LR-1/' });
    expect(answer).toMatchObject({ status: 200, text: '{"issue":"LR-1","linked":[]}' });
    expect((await region.deliver({ method: 'PUT', path: '/extensions/jira/issue/LR-1/' })).status).toBe(405);
  });
});

describe('Jira Server', () => {
  it('the token in the path is checked again', async () => {
    const id = await integration('jira_server');
    const send = async (secret: string) => {
      const token = await new SignJWT({ id: 'server' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
      const path = `/extensions/jira-server/issue-updated/${token}/`;
      return region.deliver({ path, integrationId: id, ...json(jiraUpdate('Done', '2026-03-02T10:01:00.000+0000')) });
    };
    expect((await send('another-secret-altogether')).status).toBe(400);
    expect((await send(SECRET)).status).toBe(204);
    expect(await rows('external_issue', id)).toMatchObject([{ key: 'LR-1', state: 'Done' }]);
  });
});

describe('Azure DevOps', () => {
  const send = (integrationId: string, secret: string, body: object = vstsWorkItemUpdated) =>
    region.deliver({
      path: '/extensions/vsts/issue-updated/',
      integrationId,
      ...json(body, { 'shared-secret': secret }),
    });

  it('state and assignee of a work item follow', async () => {
    const id = await integration('vsts');
    expect((await send(id, 'another')).status).toBe(401);
    expect((await send(id, SECRET)).status).toBe(204);
    expect(await rows('external_issue', id)).toMatchObject([
      { key: '31', state: 'Closed', assignee_login: 'Ada Example', title: 'The points do not move' },
    ]);
  });

  it('an older update changes nothing', async () => {
    const id = await integration('vsts');
    const { resource } = vstsWorkItemUpdated;
    const older = {
      ...resource,
      revision: {
        fields: {
          ...resource.revision.fields,
          'System.State': 'Active',
          'System.ChangedDate': '2026-03-01T17:15:43.02Z',
        },
      },
    };
    expect((await send(id, SECRET)).status).toBe(204);
    expect((await send(id, SECRET, { ...vstsWorkItemUpdated, id: 'older', resource: older })).status).toBe(204);
    expect(await rows('external_issue', id)).toMatchObject([{ key: '31', state: 'Closed' }]);
  });
});

describe('Discord', () => {
  const send = (body: object, isForged = false) => {
    const timestamp = '1767225600';
    const bytes = Buffer.from(JSON.stringify(body));
    const signature = signDiscordInteraction(isForged ? Buffer.from('{}') : bytes, timestamp, discord.privateKey);
    const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': timestamp };
    return region.deliver({ path: '/extensions/discord/interactions/', ...json(body, headers) });
  };

  it('help is answered to one person; what cannot be done says so; a forged one is refused', async () => {
    const help = await send({ type: 2, data: { name: 'help' } });
    expect(JSON.parse(help.text)).toMatchObject({ type: 4, data: { flags: 64 } });
    expect((await send({ type: 3, data: {} })).text).toContain('cannot be done');
    expect((await send({ type: 2, data: { name: 'help' } }, true)).status).toBe(401);
  });
});

describe('Microsoft Teams', () => {
  it('an activity is acknowledged, so that the gateway does not count it as refused', async () => {
    const id = await integration('msteams', false);
    const path = '/extensions/msteams/webhook/';
    const answer = await region.deliver({
      path,
      integrationId: id,
      ...json({ type: 'message' }),
      deliveryId: 'teams-1',
    });
    expect(answer.status).toBe(204);
    const records = (await region.records()).filter(({ delivery_id: of }) => of === 'teams-1');
    expect(records).toMatchObject([{ outcome: 'ignored' }]);
  });
});

describe('legacy plugins', () => {
  it('what they tell is kept under their organization', async () => {
    const path = '/plugins/github/organizations/41/webhook/';
    const request = { path, integrationId: '', ...json(pushPayload(), { 'x-github-event': 'push' }) };
    expect((await region.deliver(request)).status).toBe(204);
    expect(await rows('repository_commit', 'organization-41')).toHaveLength(1);
    const bitbucket = '/plugins/bitbucket/organizations/42/webhook/';
    const push = { path: bitbucket, integrationId: '', ...json(bitbucketPush, { 'x-event-key': 'repo:push' }) };
    expect((await region.deliver(push)).status).toBe(204);
    expect(await rows('repository_commit', 'organization-42')).toHaveLength(1);
  });
});

describe('the secrets of integrations', () => {
  it('are sealed, and used by a change at once', async () => {
    const id = await integration('gitlab');
    const { rows: found } = await region.pool.query('SELECT sealed FROM integration_secret WHERE integration_id = $1', [
      id,
    ]);
    expect((found[0]?.sealed as Buffer).includes(SECRET)).toBe(false);
    const path = '/extensions/gitlab/webhook/';
    const request = {
      path,
      integrationId: id,
      ...json(gitlabPush, { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': `g:a:${SECRET}` }),
    };
    expect((await region.deliver(request)).status).toBe(204);
    await putSecret(id, { provider: 'gitlab', webhookSecrets: ['another'] });
    expect((await region.deliver(request)).status).toBe(409);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const remove = { method: 'DELETE', path: `/admin/api/integrations/${id}`, headers };
    expect((await region.send(remove)).status).toBe(204);
    expect((await region.send(remove)).status).toBe(404);
  });

  it.each([
    ['no token', '7', { provider: 'gitlab', webhookSecrets: ['s'] }, 'wrong', 401],
    ['no id', 'x', { provider: 'gitlab', webhookSecrets: ['s'] }, ADMIN_TOKEN, 400],
    ['no secret', '7', { provider: 'gitlab', webhookSecrets: [] }, ADMIN_TOKEN, 400],
    ['an unknown field', '7', { provider: 'gitlab', webhookSecrets: ['s'], more: 1 }, ADMIN_TOKEN, 400],
  ])('%s: refused', async (_name, id, body, token, status) => {
    const answer = await putSecret(id, body, token);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain('"s"');
  });
});
