import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';

let kit: DomainKit;
const start = async (environment: Record<string, string> = {}): Promise<void> => {
  kit = await startDomain(environment);
};
afterEach(() => kit.close());

describe('adding to the last reply', () => {
  const settle = async (change: object, userId?: number): Promise<void> => {
    await kit.call('POST', 'issues/42/changes', { userId: userId ?? 7, change });
    await kit.settled();
  };
  const thread = async (): Promise<string> => (await kit.alert([{ channel: 'C1' }]))[0] ?? '';
  const shown = (ts: string) => kit.slack.thread('C1', ts).map(({ text }) => text);

  it('what the same person does soon after is another line of the same message', async () => {
    await start({ SWITCHYARD_SLACK_EDIT_WINDOW_S: '60' });
    const ts = await thread();
    await settle({ kind: 'assign', userId: 8 });
    await settle({ kind: 'resolve' });
    await settle({ kind: 'unresolve' });
    expect(shown(ts)).toEqual([
      'Ada assigned this issue to bob@example.com\nAda marked BAR-1 as resolved\nAda unresolved BAR-1',
    ]);
    expect((await kit.replies()).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });

  it('what somebody else does, or what comes later, is a message of its own', async () => {
    await start({ SWITCHYARD_SLACK_EDIT_WINDOW_S: '60' });
    const ts = await thread();
    await settle({ kind: 'assign', userId: 8 });
    await settle({ kind: 'resolve' }, 8);
    await kit.region.pool.query(
      `UPDATE notification_message SET date_added = date_added - interval '61 seconds' WHERE activity_id IS NOT NULL`,
    );
    await settle({ kind: 'unresolve' }, 8);
    expect(shown(ts)).toHaveLength(3);
  });

  it('a reply that is gone, or has ten lines, is not added to', async () => {
    await start({ SWITCHYARD_SLACK_EDIT_WINDOW_S: '60' });
    const ts = await thread();
    await settle({ kind: 'resolve' });
    kit.slack.messages.splice(1);
    for (let count = 0; count < 11; count += 1) await settle({ kind: count % 2 === 0 ? 'unresolve' : 'resolve' });
    expect(shown(ts).map((text) => text.split('\n').length)).toEqual([10, 1]);
  });
});

it('a pause that Slack asked for is a job that waits in the queue and names the channel; it ends with the pause', async () => {
  await start({ SWITCHYARD_SLACK_THREAD_IDLE_MS: '60000' });
  await kit.alert([{ channel: 'C1' }]);
  kit.slack.react = (_message, index) => (index === 1 ? { status: 429, retryAfter: '2' } : 'ok');
  await kit.change({ kind: 'resolve' });
  const waiting = () =>
    kit.region.pool.query(`SELECT data FROM bullmq.job WHERE queue = 'slack-activity-notify-us' AND state = 'delayed'`);
  const endsAt = performance.now() + 5_000;
  while ((await waiting()).rows.length === 0 && performance.now() < endsAt)
    await new Promise((resolve) => setImmediate(resolve));
  expect((await waiting()).rows).toEqual([{ data: { integrationId: '1', channelId: 'C1' } }]);
  await kit.settled();
  expect(kit.slack.messages).toHaveLength(2);
});
