import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  const uuid = '00000000-0000-4000-8000-000000000001';
  const rule = { projectId: 3, name: 'Again', actions: [{ uuid, integrationId: 1, channelId: 'C1' }] };
  await kit.call('PUT', 'alert-rules/9', rule);
});
afterEach(() => kit.close());

const fire = () => kit.call('POST', 'alert-rules/9/fire', { issueId: 42 });
const useThreads = (issueAlertsThreadFlag: boolean) =>
  kit.call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme', options: { issueAlertsThreadFlag } });

// slack.md §8.2.
describe('which message is the parent of a repeated alert', () => {
  it('S48: one that has a reply already is found, and its reply is not taken for it', async () => {
    await fire();
    await fire();
    await fire();
    const [parent, ...repeats] = kit.slack.messages;
    expect(repeats.map(({ threadTs }) => threadTs)).toEqual([parent?.ts, parent?.ts]);
  });

  it('S49: of two, the newest (the reference fails, and posts a third)', async () => {
    await useThreads(false);
    await fire();
    await fire();
    await useThreads(true);
    await fire();
    const [, newest, repeated] = kit.slack.messages;
    expect(repeated?.threadTs).toBe(newest?.ts);
  });
});
