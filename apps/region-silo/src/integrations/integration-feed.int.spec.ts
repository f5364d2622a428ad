import { INTEGRATION_FEED_PATH } from '@switchyard/silo';
import { startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';

describe('what control tells of integrations', () => {
  let region: RegionKit;

  beforeAll(async () => {
    region = await startRegion();
  });
  afterAll(() => region.close());

  const tell = (body: unknown) =>
    region.deliver({ path: INTEGRATION_FEED_PATH, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const sealedOf = async (id: string) =>
    (await region.pool.query('SELECT provider, sealed FROM integration_secret WHERE integration_id = $1', [id]))
      .rows[0];

  it('is kept sealed, replaced, and forgotten', async () => {
    const told = { integrationId: '42', provider: 'gitlab', webhookSecrets: ['hunter2'] };
    expect((await tell(told)).status).toBe(204);
    const { provider, sealed } = await sealedOf('42');
    expect([provider, (sealed as Buffer).includes('hunter2')]).toEqual(['gitlab', false]);
    expect((await tell({ ...told, webhookSecrets: ['hunter3'] })).status).toBe(204);
    expect((await tell({ ...told, webhookSecrets: [] })).status).toBe(204);
    expect(await sealedOf('42')).toBeUndefined();
    expect((await tell({ integrationId: '42', provider: null, webhookSecrets: [] })).status).toBe(204);
  });

  it('a Slack workspace is kept with its token sealed, for its organizations, replaced and forgotten', async () => {
    const { pool, keys } = region;
    const store = new SlackWorkspaceStore(pool, keys);
    const facts = { teamId: 'T1', enterpriseId: null, domain: 'acme', name: 'Acme', status: 'active' };
    const slackWorkspace = { ...facts, botToken: 'xoxb-1', organizationIds: ['7', '8'] };
    const told = { integrationId: '50', provider: 'slack', webhookSecrets: [], slackWorkspace };
    expect((await tell(told)).status).toBe(204);
    const known = { teamId: 'T1', botToken: 'xoxb-1', isActive: true, brokenReason: null, organizationIds: ['7', '8'] };
    expect(await store.find('50')).toEqual({ ...known, integrationId: '50' });
    expect(await store.ofOrganization('8')).toEqual([{ ...known, integrationId: '50' }]);
    expect(await store.ofOrganization('9')).toEqual([]);
    const { rows } = await pool.query<{ sealed_token: Buffer }>('SELECT sealed_token FROM slack_workspace');
    expect(rows.map(({ sealed_token: sealed }) => sealed.includes('xoxb-1'))).toEqual([false]);

    await pool.query(`UPDATE slack_workspace SET broken_reason = 'token_revoked'`);
    await tell(told);
    expect(await store.find('50')).toMatchObject({ brokenReason: 'token_revoked' });
    await tell({ ...told, slackWorkspace: { ...slackWorkspace, botToken: 'xoxb-2' } });
    expect(await store.find('50')).toMatchObject({ brokenReason: null, botToken: 'xoxb-2' });
    await tell({ ...told, slackWorkspace: { ...slackWorkspace, status: 'disabled', botToken: null } });
    expect(await store.find('50')).toMatchObject({ isActive: false, botToken: undefined });
    // Installed anew: another integration of the same team.
    await tell({ ...told, integrationId: '51' });
    expect([await store.find('50'), (await store.find('51'))?.teamId]).toEqual([undefined, 'T1']);
    await tell({ ...told, integrationId: '51', slackWorkspace: null });
    expect(await store.find('51')).toBeUndefined();
    expect(JSON.stringify(region.logs)).not.toContain('xoxb-1');
  });

  it.each([
    ['no JSON', 'hunter2'],
    ['no id', { provider: 'gitlab', webhookSecrets: ['hunter2'] }],
    ['a strange id', { integrationId: '1; DROP', provider: 'gitlab', webhookSecrets: ['hunter2'] }],
    ['too many', { integrationId: '1', provider: 'gitlab', webhookSecrets: Array(6).fill('hunter2') }],
    ['something else', { integrationId: '1', provider: 'gitlab', webhookSecrets: ['hunter2'], more: 1 }],
  ])('%s is 400, and no word of it is told or logged', async (_name, body) => {
    const answer = await tell(body);
    expect(answer).toMatchObject({ status: 400, text: '{"error":"bad_request"}' });
    expect(JSON.stringify(region.logs)).not.toContain('hunter2');
  });

  it('nobody but the gateway may tell', async () => {
    const body = Buffer.from('{"integrationId":"1","provider":"gitlab","webhookSecrets":["x"]}');
    expect((await region.send({ method: 'POST', path: INTEGRATION_FEED_PATH, body })).status).toBe(401);
    expect(await sealedOf('1')).toBeUndefined();
  });
});
