import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { click, linkPeople, textOf } from '../testing/slack-clicks';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  await linkPeople(kit);
  await kit.call('PUT', 'organizations/1/members/7', { email: 'ada@example.com', name: 'Ada', role: 'manager' });
});
afterEach(() => kit.close());

const request = (id: number, more: object = {}) =>
  kit.call('PUT', `organizations/1/membership-requests/${id}`, {
    kind: 'invite',
    email: 'new@example.com',
    role: 'member',
    ...more,
  });
const decide = (value: string, id: number, options = {}, organization = '1') =>
  click(kit, [{ type: 'button', action_id: value, value }], {
    ...options,
    more: {
      message: {
        blocks: [
          { block_id: JSON.stringify({ member_id: String(id), member_email: 'x@example.com', org: organization }) },
        ],
      },
    },
  });
const states = async () =>
  ((await kit.call('GET', 'organizations/1/membership-requests')).json['items'] as { id: string; state: string }[]).map(
    ({ id, state }) => `${id} ${state}`,
  );

// slack.md §5.6, §8.5.
describe('deciding on memberships', () => {
  it('S101: rejected: the buttons give way to what was decided', async () => {
    await request(1);
    expect(await decide('reject_member', 1)).toMatchObject({ status: 200, text: '' });
    expect(kit.slack.responses[0]?.body).toMatchObject({
      replace_original: true,
      text: 'Invite request for new@example.com rejected. <https://monitor.example.com/organizations/acme/members/|Members>',
    });
    expect(await states()).toEqual(['1 rejected']);
  });

  it('approved: somebody who asked to join is a member at once; the second decision finds it gone', async () => {
    await request(2, { kind: 'join', userId: 50, name: 'New' });
    await decide('approve_member', 2);
    expect(kit.slack.responses[0]?.body).toMatchObject({ text: expect.stringContaining('Join request') as string });
    const { rows } = await kit.region.pool.query('SELECT role FROM member WHERE user_id = 50');
    expect(rows).toEqual([{ role: 'member' }]);
    expect(textOf(await decide('reject_member', 2))).toBe('The request for new@example.com is no longer open.');
    expect(await states()).toEqual(['2 approved']);
  });

  it('a decision that is delivered again says nothing new', async () => {
    await request(1);
    for (let times = 0; times < 2; times += 1)
      expect(await decide('reject_member', 1, { deliveryId: 'd-1' })).toMatchObject({ status: 200, text: '' });
    expect(kit.slack.responses).toHaveLength(1);
  });

  it.each([
    ['somebody who is not linked', 'U9', 'Link your Slack account first'],
    ['somebody without the right', 'U2', 'You may not decide'],
  ])('%s is told so', async (_name, user, text) => {
    await request(1);
    expect(textOf(await decide('approve_member', 1, { user }))).toContain(text);
    expect(await states()).toEqual(['1 open']);
  });

  it('nobody gives a role that allows more than their own', async () => {
    await request(1, { role: 'owner' });
    expect(textOf(await decide('approve_member', 1))).toContain('role owner');
    expect(await states()).toEqual(['1 open']);
  });

  it('an organization that does not have the workspace: 403', async () => {
    await kit.call('PUT', 'organizations/2', { slug: 'globex', name: 'Globex' });
    expect((await decide('approve_member', 1, {}, '2')).status).toBe(403);
    expect(textOf(await decide('approve_member', 99))).toBe('The request for x@example.com is no longer open.');
  });
});
