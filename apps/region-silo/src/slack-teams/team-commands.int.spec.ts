import { LinkTokens } from '@switchyard/slack';
import { SigningKeys } from '@switchyard/silo';
import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { SILO_KEYS } from '../testing/region-kit';
import { linkPeople } from '../testing/slack-clicks';
import { typeCommand } from '../testing/slack-events';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  await linkPeople(kit);
});
afterEach(() => kit.close());

interface Answer {
  readonly text: string;
  readonly response_type: string;
  readonly switchyard_outcome?: string;
}
const typed = async (text: string, more: Record<string, string> = {}): Promise<Answer> => {
  const answer = await typeCommand(kit, text, more);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Answer;
};
/** Links team core (5) to a channel. */
const link = (channel = 'C1') =>
  kit.region.pool.query(
    `INSERT INTO slack_channel_team (integration_id, channel_id, organization_id, team_id, linked_by) VALUES (1, $1, 1, 5, 7)`,
    [channel],
  );
const team = (isAdmin: boolean) =>
  kit.call('PUT', 'teams/5', { organizationId: 1, slug: 'core', name: 'Core', members: [{ userId: 8, isAdmin }] });
const factsIn = (text: string, purpose: 'link_team' | 'unlink_team') =>
  new LinkTokens(SigningKeys.parse(SILO_KEYS), kit.region.clock).read(
    purpose,
    /-team\/([^/]+)\//.exec(text)?.[1] ?? '',
  );

describe('commands about teams', () => {
  it('S119: link team in a direct message: M13', async () => {
    expect((await typed('link team', { channel_name: 'directmessage' })).text).toMatch(/in a channel/);
  });

  it('S119: link team by somebody who is not linked: M17', async () => {
    expect(await typed('link team', { user_id: 'U9' })).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('Link yourself first') as unknown,
      switchyard_outcome: 'link_first',
    });
  });

  it('S119: link team by a plain member: M19; by a team admin: M20', async () => {
    await team(false);
    expect(await typed('link team', { user_id: 'U2' })).toMatchObject({ switchyard_outcome: 'role_too_low' });
    await team(true);
    const offer = await typed('link team', { user_id: 'U2' });
    expect(offer).toMatchObject({ switchyard_outcome: 'offer' });
    expect(factsIn(offer.text, 'link_team')).toMatchObject({
      kind: 'ok',
      facts: { integrationId: '1', teamId: 'T001', slackUserId: 'U2', channelId: 'C1', region: 'us' },
    });
  });

  it('S119: link team where the channel is taken: M18; whatever the channel is called, and not in others', async () => {
    await link();
    expect(await typed('LINK  team now', { channel_name: 'renamed' })).toMatchObject({
      text: 'A team is already linked to this channel.',
      switchyard_outcome: 'already_linked',
    });
    expect(await typed('link team', { channel_id: 'C2' })).toMatchObject({ switchyard_outcome: 'offer' });
  });

  it('S120: unlink team in the second of two organizations: M22 for that one; not linked: M21', async () => {
    expect(await typed('unlink team')).toMatchObject({
      switchyard_outcome: 'none',
      text: 'No team is linked to this channel.',
    });
    await kit.call('PUT', 'organizations/2', { slug: 'umbrella', name: 'Umbrella' });
    await kit.call('PUT', 'organizations/2/members/7', { email: 'ada@example.com', role: 'owner' });
    await kit.call('PUT', 'teams/6', { organizationId: 2, slug: 'hive', name: 'Hive', members: [] });
    await kit.region.pool.query(`UPDATE slack_workspace SET organization_ids = '{1,2}' WHERE integration_id = 1`);
    await kit.region.pool.query(
      `INSERT INTO slack_channel_team (integration_id, channel_id, organization_id, team_id, linked_by) VALUES (1, 'C1', 2, 6, 7)`,
    );
    const offer = await typed('unlink team');
    expect(factsIn(offer.text, 'unlink_team')).toMatchObject({
      kind: 'ok',
      facts: { organizationId: '2', channelId: 'C1' },
    });
  });

  it('S74, S75: an unknown workspace, and a disabled one: M11', async () => {
    await kit.region.pool.query('UPDATE slack_workspace SET is_active = false WHERE integration_id = 1');
    expect((await typed('link team')).text).toMatch(/not connected to this workspace/);
    await kit.region.pool.query('DELETE FROM slack_workspace WHERE integration_id = 1');
    expect((await typed('unlink')).text).toMatch(/not connected to this workspace/);
  });

  it('S69: an empty text is help; a link without a user or a channel is refused', async () => {
    expect((await typed('')).text).toMatch(/^Commands of/);
    expect((await typeCommand(kit, 'link', { user_id: '' })).status).toBe(400);
    expect((await typeCommand(kit, 'link team', { channel_id: '' })).status).toBe(400);
  });

  it('alerts of a project of a linked team go to its channel, once, and threads hang there', async () => {
    await link('C7');
    await kit.alert([{ channel: 'C1' }]);
    await kit.alert([{ channel: 'C7' }]);
    expect(kit.slack.messages.map(({ channel }) => channel).sort()).toEqual(['C1', 'C7', 'C7']);
    await kit.change({ kind: 'resolve' });
    await kit.settled();
    expect((await kit.replies()).map(({ channel_id: channel }) => channel)).toContain('C7');
  });
});
