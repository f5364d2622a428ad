import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';

let kit: DomainKit;
const start = async (environment: Record<string, string> = {}): Promise<void> => {
  kit = await startDomain(environment);
};
afterEach(() => kit.close());

const texts = () => kit.slack.messages.filter(({ threadTs }) => threadTs !== undefined).map(({ text }) => text);
const resolveIssue = () => kit.change({ kind: 'resolve' });

// The ids are those of the spec: slack.md §8.1, §8.2.
describe('activities in threads', () => {
  it('S1, S29 a change tells the thread of the alert once: the reply stays in it, and nothing unfurls', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    expect((await resolveIssue()).status).toBe(200);
    await kit.settled();
    const [reply, ...others] = kit.slack.thread('C1', ts ?? '');
    expect(others).toEqual([]);
    expect(reply).toMatchObject({ token: 'xoxb-1', text: 'Ada marked BAR-1 as resolved' });
    expect(reply?.fields).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false', thread_ts: ts });
    expect(reply?.fields).not.toHaveProperty('reply_broadcast');
    expect(JSON.parse(reply?.fields['blocks'] ?? '')).toEqual([
      { type: 'section', text: { type: 'mrkdwn', text: 'Ada marked BAR-1 as resolved' } },
    ]);
    expect(JSON.parse(reply?.fields['metadata'] ?? '')).toMatchObject({ event_type: 'switchyard_activity' });
  });

  it('S2 what is rolled back leaves neither the change nor an activity nor work', async () => {
    await start();
    await kit.region.pool.query('ALTER TABLE outbox_message RENAME TO outbox_away');
    expect((await resolveIssue()).status).toBe(500);
    await kit.region.pool.query('ALTER TABLE outbox_away RENAME TO outbox_message');
    const { rows } = await kit.region.pool.query(
      `SELECT (SELECT status FROM issue WHERE id = 42) AS status, (SELECT count(*)::int FROM activity) AS activities,
         (SELECT count(*)::int FROM slack_thread_job) AS jobs`,
    );
    expect(rows).toEqual([{ status: 'unresolved', activities: 0, jobs: 0 }]);
  });

  it('S3 what is so already makes no activity and no job', async () => {
    await start();
    await resolveIssue();
    expect((await resolveIssue()).json['activityId']).toBeNull();
    await kit.settled();
    expect(await kit.reasons()).toHaveLength(1);
  });

  it('a change is an activity, work for threads and a word for apps, in one transaction', async () => {
    await start();
    await kit.change({ kind: 'assign', userId: 8 });
    const { rows } = await kit.region.pool.query(
      `SELECT payload->>'resource' AS resource, payload->>'action' AS action, payload->'actor'->>'name' AS actor
       FROM outbox_message WHERE payload->>'key' LIKE 'activity-%'`,
    );
    expect(rows).toEqual([{ resource: 'issue', action: 'assigned', actor: 'Ada' }]);
  });

  it('S7 what the product does by itself is nothing for threads', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    await kit.call('POST', 'issues/42/changes', { change: { kind: 'archive', until: 'forever' } });
    await kit.settled();
    expect([texts(), await kit.reasons()]).toEqual([[], []]);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    [
      'S8 threads switched off',
      'disabled',
      () =>
        kit.call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme', options: { issueAlertsThreadFlag: false } }),
    ],
    ['S12 no workspace', 'no_integration', () => kit.region.pool.query('DELETE FROM slack_workspace')],
    [
      'S149 the workspace is disabled',
      'integration_disabled',
      () => kit.region.pool.query('UPDATE slack_workspace SET is_active = false'),
    ],
    ['S13 no alert', 'no_parents', () => kit.region.pool.query('DELETE FROM notification_message')],
    [
      'S33 an alert without a message id',
      'no_message_id',
      () => kit.region.pool.query('UPDATE notification_message SET message_identifier = NULL'),
    ],
    [
      'S11 a type that nobody knows',
      'unknown_type',
      () =>
        kit.region.pool.query(
          `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.type := 500; RETURN NEW; END'; CREATE TRIGGER spoil BEFORE INSERT ON activity FOR EACH ROW EXECUTE FUNCTION spoil()`,
        ),
    ],
    [
      'S6 an activity without an issue',
      'no_group',
      () =>
        kit.region.pool.query(
          `CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.issue_id := NULL; RETURN NEW; END'; CREATE TRIGGER spoil BEFORE INSERT ON activity FOR EACH ROW EXECUTE FUNCTION spoil()`,
        ),
    ],
  ])('%s: nothing is posted, reason %s', async (_name, reason, prepare) => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    await prepare();
    const before = kit.slack.posts;
    await resolveIssue();
    await kit.settled();
    expect([await kit.reasons(), kit.slack.posts - before]).toEqual([[reason], 0]);
  });

  it('S5, S9 an activity that is gone is no error; without options threads are on', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    await resolveIssue();
    await kit.settled();
    await kit.region.pool.query('DELETE FROM activity');
    expect(kit.slack.thread('C1', ts ?? '')).toHaveLength(1);
    expect(kit.region.logs.filter(({ event }) => event === 'slack_thread.failed')).toEqual([]);
  });

  it('S30 a channel that is gone fails alone, with the reason, and is not tried for later activities', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    kit.slack.react = ({ channel }) => (channel === 'C1' ? { error: 'channel_not_found' } : 'ok');
    await resolveIssue();
    await kit.settled();
    expect(await kit.replies()).toEqual(
      expect.arrayContaining([
        { channel_id: 'C1', state: 'failed', error_reason: 'channel_not_found' },
        { channel_id: 'C2', state: 'sent', error_reason: null },
      ]),
    );
    expect(kit.region.logs.filter(({ event }) => event === 'slack_parent.gone')).toHaveLength(1);
    await kit.change({ kind: 'unresolve' });
    await kit.settled();
    expect((await kit.replies()).filter(({ channel_id: channel }) => channel === 'C1')).toHaveLength(1);
    expect(texts()).toHaveLength(2);
  });

  it('S31, S32 only messages for this issue count, without errors and not replies themselves', async () => {
    await start();
    await kit.call('PUT', 'issues/43', { projectId: 3, title: 'Other' });
    await kit.alert([{ channel: 'C9' }], 43);
    kit.slack.react = ({ channel }) => (channel === 'C8' ? { error: 'internal_error' } : 'ok');
    await kit.alert([{ channel: 'C8' }]);
    await resolveIssue();
    await kit.settled();
    expect([texts(), await kit.reasons()]).toEqual([[], ['no_parents']]);
  });

  it('S35, S36 replies go where the alert was posted, each with the token of its workspace', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }, { channel: 'C2', integration: 2 }]);
    await kit.region.pool.query(`UPDATE alert_rule SET actions = '[]'`);
    await resolveIssue();
    await kit.settled();
    const replies = kit.slack.messages.filter(({ threadTs }) => threadTs !== undefined);
    expect(replies.map(({ channel, token }) => [channel, token]).sort()).toEqual([
      ['C1', 'xoxb-1'],
      ['C2', 'xoxb-2'],
    ]);
  });

  it('S37 the newest thread of each channel, or all where the organization says so', async () => {
    await start();
    for (let count = 0; count < 2; count += 1) await kit.alert([{ channel: 'C1' }]);
    const [newest = ''] = await kit.alert([{ channel: 'C1' }]);
    await kit.alert([{ channel: 'C2' }]);
    await resolveIssue();
    await kit.settled();
    expect([texts().length, kit.slack.thread('C1', newest).length]).toEqual([2, 1]);
    const options = { threadsReplyScope: 'all' };
    await kit.call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme', options });
    await kit.change({ kind: 'unresolve' });
    await kit.settled();
    expect(texts()).toHaveLength(6);
  });

  it('S39 names are words', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    const hostile = { email: 'eve@example.com', name: '<!channel> & <b>', role: 'member' };
    await kit.call('PUT', 'organizations/1/members/7', hostile);
    await resolveIssue();
    await kit.settled();
    expect(kit.slack.thread('C1', ts ?? '')[0]?.text).toBe('&lt;!channel&gt; &amp; &lt;b&gt; marked BAR-1 as resolved');
  });

  it('S41 what waits for the same thread goes out as one message, line by line, in order', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    kit.slack.react = (_message, index) => (index === 1 ? { status: 429, retryAfter: '1' } : 'ok');
    await kit.change({ kind: 'assign', userId: 8 });
    const endsAt = performance.now() + 5_000;
    while (kit.slack.posts < 2 && performance.now() < endsAt) await new Promise((resolve) => setImmediate(resolve));
    await resolveIssue();
    await kit.settled();
    expect(kit.slack.thread('C1', ts ?? '').map(({ text }) => text)).toEqual([
      'Ada assigned this issue to bob@example.com\nAda marked BAR-1 as resolved',
    ]);
    expect((await kit.replies()).map(({ state }) => state)).toEqual(['sent', 'sent']);
  });

  it('comments only where they are wanted', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    await kit.change({ kind: 'comment', text: 'look' });
    await kit.settled();
    expect([texts(), await kit.reasons()]).toEqual([[], ['notes_off']]);
    await kit.call('PUT', 'organizations/1', { slug: 'acme', name: 'Acme', options: { threadsIncludeNotes: true } });
    await kit.change({ kind: 'comment', text: 'look' });
    await kit.settled();
    expect(texts()).toEqual(['Ada commented:\n> look']);
  });
});

describe('posting', () => {
  it('429 parks the channel and no other, and costs no attempt', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    const seen: string[] = [];
    kit.slack.react = ({ channel }) => {
      seen.push(channel);
      return channel === 'C1' && seen.filter((each) => each === 'C1').length === 1
        ? { status: 429, retryAfter: '1' }
        : 'ok';
    };
    await resolveIssue();
    await kit.settled();
    expect(texts()).toHaveLength(2);
    const { rows } = await kit.region.pool.query(
      `SELECT sum(attempts)::int AS attempts FROM notification_message WHERE activity_id IS NOT NULL`,
    );
    expect(rows).toEqual([{ attempts: 0 }]);
    expect(seen.indexOf('C2')).toBeLessThan(seen.lastIndexOf('C1'));
  });

  it('S38 Slack took it and the connection broke: it is found by its metadata and not posted again', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    kit.slack.react = (_message, index) => (index === 1 ? 'cut after taking' : 'ok');
    await resolveIssue();
    await kit.settled();
    const endsAt = performance.now() + 15_000;
    while ((await kit.replies())[0]?.state !== 'sent' && performance.now() < endsAt)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await kit.replies()).toMatchObject([{ state: 'sent' }]);
    expect(kit.slack.thread('C1', ts ?? '')).toHaveLength(1);
  });

  it('S38 Slack did not take it and the connection broke: it is looked for, and posted again', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    kit.slack.react = (_message, index) => (index === 1 ? 'cut' : 'ok');
    await resolveIssue();
    const endsAt = performance.now() + 15_000;
    while (kit.slack.thread('C1', ts ?? '').length === 0 && performance.now() < endsAt)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await kit.settled();
    expect(kit.slack.thread('C1', ts ?? '')).toHaveLength(1);
  });

  it('S38 a thread that may not be read: nobody posts blindly', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    kit.slack.mayRead = false;
    kit.slack.react = (_message, index) => (index === 1 ? 'cut after taking' : 'ok');
    await resolveIssue();
    const endsAt = performance.now() + 15_000;
    while ((await kit.replies())[0]?.error_reason !== 'unverified' && performance.now() < endsAt)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await kit.replies()).toMatchObject([{ state: 'unknown', error_reason: 'unverified' }]);
    expect(kit.slack.posts).toBe(2);
  });

  it('S150 account_inactive: the workspace is given up at once, said once, and asked no more', async () => {
    await start();
    await kit.call('DELETE', 'slack-workspaces/2');
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    kit.slack.react = () => ({ error: 'account_inactive' });
    await resolveIssue();
    await kit.settled();
    expect((await kit.replies()).map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(kit.region.logs.filter(({ event }) => event === 'slack_workspace.broken')).toHaveLength(1);
    const before = kit.slack.posts;
    await kit.change({ kind: 'unresolve' });
    await kit.settled();
    expect([kit.slack.posts - before, (await kit.reasons()).at(-1)]).toEqual([0, 'integration_disabled']);
  });

  it('blocks that Slack refuses go out once more as plain text', async () => {
    await start();
    const [ts] = await kit.alert([{ channel: 'C1' }]);
    kit.slack.react = ({ fields }) => (fields['blocks'] === undefined ? 'ok' : { error: 'invalid_blocks' });
    await resolveIssue();
    await kit.settled();
    expect(kit.slack.thread('C1', ts ?? '')).toHaveLength(1);
  });

  it('a reply that waited for too long is not sent', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    kit.slack.react = () => ({ status: 429, retryAfter: '1' });
    await resolveIssue();
    const endsAt = performance.now() + 5_000;
    while (kit.slack.posts < 2 && performance.now() < endsAt) await new Promise((resolve) => setImmediate(resolve));
    await kit.region.pool.query(
      `UPDATE notification_message SET date_added = now() - interval '16 minutes' WHERE activity_id IS NOT NULL`,
    );
    await kit.settled();
    expect(await kit.replies()).toMatchObject([{ state: 'expired' }]);
  });
});

describe('messages of alerts', () => {
  it('S50 the same rule again: in the thread of the first, and shown in the channel', async () => {
    await start();
    const uuid = '00000000-0000-4000-8000-000000000001';
    const rule = { projectId: 3, name: 'Again', actions: [{ uuid, integrationId: 1, channelId: 'C1' }] };
    await kit.call('PUT', 'alert-rules/9', rule);
    for (let count = 0; count < 3; count += 1)
      expect((await kit.call('POST', 'alert-rules/9/fire', { issueId: 42 })).json).toEqual({
        channels: [{ channelId: 'C1', kind: 'posted' }],
      });
    const [first, ...later] = kit.slack.messages;
    expect(first?.threadTs).toBeUndefined();
    expect(later.map(({ threadTs, fields }) => [threadTs, fields['reply_broadcast']])).toEqual([
      [first?.ts, 'true'],
      [first?.ts, 'true'],
    ]);
    expect(JSON.parse(first?.fields['blocks'] ?? '')[0]).toMatchObject({
      block_id: '{"issue":"42","rule":"9","org":"1"}',
      text: { text: ':red_circle: <https://monitor.example.com/organizations/acme/issues/42/|*Boom &lt;b&gt;*>' },
    });
  });

  it('S51 an error of Slack is kept with its status, and the alert goes on with the other channels', async () => {
    await start();
    kit.slack.react = ({ channel }) => (channel === 'C1' ? { error: 'is_archived' } : 'ok');
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    const { rows } = await kit.region.pool.query(
      `SELECT channel_id, error_code, error_reason, message_identifier IS NULL AS has_none FROM notification_message ORDER BY channel_id`,
    );
    expect(rows).toEqual([
      { channel_id: 'C1', error_code: 200, error_reason: 'is_archived', has_none: true },
      { channel_id: 'C2', error_code: null, error_reason: null, has_none: false },
    ]);
  });

  it.each([
    ['S42 an identifier and an error code', `message_identifier = '1.1', error_code = 200`],
    ['S44 a history without an action', 'rule_action_uuid = NULL'],
    ['S45 neither an issue alert nor a metric alert', 'rule_action_uuid = NULL, rule_fire_history_id = NULL'],
    ['S43 both kinds at once', 'incident_id = 1, trigger_action_id = 1'],
    ['a failure without a reason', `state = 'failed', message_identifier = NULL, error_reason = NULL`],
  ])('%s is refused by the database', async (_name, assignment) => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    await expect(kit.region.pool.query(`UPDATE notification_message SET ${assignment}`)).rejects.toMatchObject({
      code: '23514',
    });
  });

  it('S47 a second parent for the same history and action is refused', async () => {
    await start();
    await kit.alert([{ channel: 'C1' }]);
    await expect(
      kit.region.pool.query(
        `INSERT INTO notification_message (integration_id, channel_id, message_identifier, rule_fire_history_id, rule_action_uuid, state)
         SELECT integration_id, channel_id, '9.9', rule_fire_history_id, rule_action_uuid, 'sent' FROM notification_message`,
      ),
    ).rejects.toMatchObject({ code: '23505' });
  });
});
