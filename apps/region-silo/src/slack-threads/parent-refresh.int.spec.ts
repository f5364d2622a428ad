import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { linkPeople } from '../testing/slack-clicks';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain({ SWITCHYARD_SLACK_PARENT_REFRESH_S: '10', SWITCHYARD_SLACK_THREAD_IDLE_MS: '20' });
});
afterEach(() => kit.close());

const shown = (index = 0): string => JSON.stringify(kit.slack.messages[index]?.fields['blocks'] ?? '');
const query = async <Row extends object>(sql: string): Promise<readonly Row[]> =>
  (await kit.region.pool.query<Row>(sql)).rows;
const due = async (): Promise<number> =>
  (await query<{ due: number }>('SELECT count(due_at)::int AS due FROM slack_parent_refresh'))[0]?.due ?? 0;
async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const endsAt = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > endsAt) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const settled = () => until(async () => (await due()) === 0, 'no message is due');
/** As if so much time had passed since. */
const pass = (seconds: number) =>
  kit.region.pool.query(
    `UPDATE slack_parent_refresh SET refreshed_at = refreshed_at - $1 * interval '1 second', due_at = due_at - $1 * interval '1 second'`,
    [seconds],
  );

describe('messages of alerts show what their issue is', () => {
  it('after a change on the web: the circle, who did it, the buttons that make sense now, in every workspace', async () => {
    await kit.alert([{ channel: 'C1' }, { channel: 'C2', integration: 2 }]);
    await linkPeople(kit);
    await kit.change({ kind: 'resolve' });
    await settled();
    const [inFirst = '', inSecond = ''] = kit.slack.messages
      .filter(({ threadTs }) => threadTs === undefined)
      .sort((left, right) => (left.channel < right.channel ? -1 : 1))
      .map(({ fields }) => fields['blocks']);
    for (const blocks of [inFirst, inSecond]) expect(blocks).toMatch(/:white_circle:.*Unresolve/);
    expect(inFirst).toContain('Issue resolved by <@U1>');
    expect(inSecond).toContain('Issue resolved by Ada');
  });

  it('after what the product does by itself, without a name; assigning and unassigning too', async () => {
    await kit.alert([{ channel: 'C1' }]);
    await kit.call('POST', 'issues/42/changes', { change: { kind: 'archive', until: 'forever' } });
    await settled();
    expect(shown()).toContain('Mark as Ongoing');
    expect(shown()).not.toContain('Issue archived');
    await pass(20);
    await kit.change({ kind: 'assign', teamId: 5 });
    await settled();
    expect(shown()).toContain('Issue assigned to #core by Ada');
    await pass(20);
    await kit.change({ kind: 'unassign' });
    await settled();
    expect(shown()).not.toContain('team:5');
  });

  it('once in ten seconds: what comes meanwhile is shown together, later', async () => {
    await kit.alert([{ channel: 'C1' }]);
    await kit.change({ kind: 'resolve' });
    await settled();
    await kit.settled();
    const before = kit.slack.posts;
    await kit.change({ kind: 'unresolve' });
    await kit.change({ kind: 'archive', until: 'forever' });
    await kit.settled();
    expect([await due(), shown().includes('Unresolve')]).toEqual([1, true]);
    await pass(20);
    await settled();
    expect(shown()).toContain('Mark as Ongoing');
    // Two replies in the thread, and one edit.
    expect(kit.slack.posts - before).toBe(3);
  });

  it('a comment changes no message', async () => {
    await kit.alert([{ channel: 'C1' }]);
    await kit.change({ kind: 'comment', text: 'look' });
    expect(await query('SELECT FROM slack_parent_refresh')).toEqual([]);
  });

  it('a message that is gone is not tried again until the next change; a process that died is made good', async () => {
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    const [first] = kit.slack.messages.splice(0, 1);
    await kit.change({ kind: 'resolve' });
    await settled();
    expect(kit.region.logs).toContainEqual(
      expect.objectContaining({ event: 'slack_parent.not_refreshed', reason: 'message_not_found' }),
    );
    expect(first).toBeDefined();
    // As a claim whose process is dead looks when its time is over.
    await kit.region.pool.query(
      `UPDATE slack_parent_refresh SET due_at = now(), attempts = 1 WHERE message_id = (SELECT max(message_id) FROM slack_parent_refresh)`,
    );
    await settled();
    expect(shown()).toContain('Unresolve');
  });

  it('an alert whose first message was deleted begins another thread', async () => {
    const uuid = '00000000-0000-4000-8000-000000000001';
    await kit.call('PUT', 'alert-rules/9', {
      projectId: 3,
      name: 'Again',
      actions: [{ uuid, integrationId: 1, channelId: 'C1' }],
    });
    const fire = () => kit.call('POST', 'alert-rules/9/fire', { issueId: 42 });
    await fire();
    kit.slack.messages.splice(0, 1);
    expect((await fire()).json).toEqual({ channels: [{ channelId: 'C1', kind: 'posted' }] });
    await fire();
    const [anew, repeated] = kit.slack.messages;
    expect([anew?.threadTs, repeated?.threadTs]).toEqual([undefined, anew?.ts]);
  });
});
