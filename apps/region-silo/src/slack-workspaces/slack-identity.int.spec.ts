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
});
