import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { click, linkPeople } from '../testing/slack-clicks';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  await linkPeople(kit);
});
afterEach(() => kit.close());

const resolveIn = async (channel: string, ts: string): Promise<void> => {
  await click(kit, [{ type: 'button', action_id: 'resolved', value: 'resolved', action_ts: '1700.1' }], {
    more: {
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: 'alerts' },
      message: { ts, blocks: [{ type: 'section', block_id: JSON.stringify({ issue: '42', org: '1' }) }] },
    },
  });
  await kit.settled();
};

// slack.md §9.3, third point.
describe('what was done through a message', () => {
  it('makes no reply below that message, and one in every other thread', async () => {
    const [first = '', second = ''] = await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    await resolveIn('C1', first);
    expect(kit.slack.thread('C1', first)).toEqual([]);
    expect(kit.slack.thread('C2', second).map(({ text }) => text)).toEqual(['Ada marked BAR-1 as resolved']);
  });

  it('says so as the reason, when there is no other thread', async () => {
    const [ts = ''] = await kit.alert([{ channel: 'C1' }]);
    await resolveIn('C1', ts);
    expect(await kit.reasons()).toEqual(['own_message']);
  });

  it('counts for the thread, too, in which the message was repeated', async () => {
    const action = { uuid: '00000000-0000-4000-8000-000000000001', integrationId: 1, channelId: 'C1' };
    await kit.call('PUT', 'alert-rules/9', { projectId: 3, name: 'Again', actions: [action] });
    for (let count = 0; count < 2; count += 1) await kit.call('POST', 'alert-rules/9/fire', { issueId: 42 });
    await resolveIn('C1', kit.slack.messages.at(-1)?.ts ?? '');
    expect(await kit.reasons()).toEqual(['own_message']);
  });

  it('does not count for a message of that time in another channel', async () => {
    const [ts = ''] = await kit.alert([{ channel: 'C1' }]);
    await resolveIn('C2', ts);
    expect(await kit.reasons()).toEqual(['sent']);
  });

  it('makes a reply there, too, where the organization wants it', async () => {
    const options = { threadsSkipOwnMessage: false };
    await kit.call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme', options });
    const [ts = ''] = await kit.alert([{ channel: 'C1' }]);
    await resolveIn('C1', ts);
    expect(kit.slack.thread('C1', ts)).toHaveLength(1);
  });
});
