import { INTEGRATION_FEED_PATH, SLACK_IDENTITY_FEED_PATH } from '@switchyard/silo';
import { startRegion } from '../testing/region-kit';
import type { RegionKit } from '../testing/region-kit';
import { SlackIdentityStore } from './slack-identity.store';

describe(SlackIdentityStore.name, () => {
  let region: RegionKit;
  let identities: SlackIdentityStore;

  beforeAll(async () => {
    region = await startRegion();
    identities = new SlackIdentityStore(region.pool);
  });
  afterAll(() => region.close());

  it('the newest link wins on both sides, within its workspace only', async () => {
    await identities.put('1', { slackUserId: 'U1', userId: '7' });
    await identities.put('2', { slackUserId: 'U1', userId: '8' });
    await identities.put('1', { slackUserId: 'U2', userId: '7' });
    expect(await identities.userOf('1', 'U1')).toBeUndefined();
    expect([await identities.userOf('1', 'U2'), await identities.slackUserOf('1', '7')]).toEqual(['7', 'U2']);
    await identities.put('1', { slackUserId: 'U2', userId: '9' });
    expect([await identities.userOf('1', 'U2'), await identities.slackUserOf('1', '7')]).toEqual(['9', undefined]);
    expect([await identities.remove('1', 'U2'), await identities.remove('1', 'U2')]).toEqual([true, false]);
    expect(await identities.userOf('2', 'U1')).toBe('8');
  });

  it('a stretch that control tells replaces what was in it, and no more; a forgotten workspace takes its people along', async () => {
    const tell = (body: object) => region.deliver({ path: SLACK_IDENTITY_FEED_PATH, body: JSON.stringify(body) });
    const known = async () =>
      (
        await region.pool.query<{ who: string }>(
          `SELECT slack_user_id || ' ' || user_id AS who FROM slack_identity WHERE integration_id = 5 ORDER BY slack_user_id`,
        )
      ).rows.map(({ who }) => who);
    for (const [slackUserId, userId] of [
      ['UA', '1'],
      ['UB', '2'],
      ['UC', '3'],
    ] as const)
      await identities.put('5', { slackUserId, userId });
    const stretch = { integrationId: '5', after: 'UA', until: 'UB', identities: [{ slackUserId: 'UAB', userId: '3' }] };
    expect((await tell(stretch)).status).toBe(204);
    expect((await tell(stretch)).status).toBe(204);
    expect(await known()).toEqual(['UA 1', 'UAB 3']);
    expect((await tell({ ...stretch, after: '', until: null })).status).toBe(204);
    expect(await known()).toEqual(['UAB 3']);
    expect((await tell({ ...stretch, identities: [{ slackUserId: 'U\0', userId: '1' }] })).status).toBe(400);
    await tell({ integrationId: '5', after: 'UZ', until: null, identities: [] });
    expect(await known()).toEqual(['UAB 3']);
    await region.deliver({
      path: INTEGRATION_FEED_PATH,
      body: JSON.stringify({ integrationId: '5', provider: 'slack', webhookSecrets: [], slackWorkspace: null }),
    });
    expect(await known()).toEqual([]);
  });
});
