import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { linkPeople } from '../testing/slack-clicks';
import { eventsSettled, say, sendEvent } from '../testing/slack-events';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain({ SWITCHYARD_SLACK_THREAD_IDLE_MS: '10' });
  await linkPeople(kit);
});
afterEach(() => kit.close());

const posted = () =>
  kit.slack.messages.map(({ channel, fields }) => `${channel} ${fields['text']} ${fields['blocks'] ?? ''}`);
const shown = () =>
  JSON.parse(kit.slack.unfurls.at(-1)?.['unfurls'] ?? '{}') as Record<string, { blocks: { type: string }[] }>;
const shareLinks = (urls: readonly string[], more: object = {}) =>
  sendEvent(kit, {
    type: 'link_shared',
    channel: 'C1',
    user: 'U1',
    message_ts: '1700.2',
    links: urls.map((url) => ({ url })),
    ...more,
  });
const ISSUE = 'https://monitor.example.com/organizations/acme/issues/42/?a=1&amp;b=2';
const OTHER = 'https://monitor.example.com/issues/43/events/abc';

describe('what people say to the app', () => {
  it('S109: an unknown word gets help, posted to that channel', async () => {
    expect(await say(kit, 'helloo')).toMatchObject({ status: 200, text: '' });
    await eventsSettled(kit);
    expect(posted()).toEqual([expect.stringMatching(/^D1 .*There is no command `helloo`/)]);
  });

  it.each([
    ['of a bot', { bot_id: 'B1' }],
    ['without text', { text: undefined }],
    ['with a subtype', { subtype: 'message_changed' }],
  ])('S110: a message %s: nothing posted', async (_name, more) => {
    expect((await say(kit, 'help', more)).status).toBe(200);
    await say(kit, 'docs');
    await eventsSettled(kit);
    expect(posted()).toHaveLength(1);
  });

  it.each([
    ['S111: link, linked', 'link', 'U1', /You are already linked as `ada@example.com`/],
    ['S111: link, not linked', 'link', 'U9', /link-identity\/[^/]+\/\|Link your Slack account>/],
    ['S113: unlink, linked', 'unlink', 'U1', /unlink-identity\/[^/]+\/\|Unlink your Slack account>/],
    ['S113: unlink, not linked', 'unlink', 'U9', /Your Slack account is not linked/],
    ['S114: link team', 'link team', 'U1', /Use this command in a channel/],
    ['S147: link foo gets its help, which the reference loses', 'link foo', 'U1', /There is no command `link foo`/],
  ])('%s', async (_name, text, user, expected) => {
    await say(kit, text, { user });
    await eventsSettled(kit);
    expect(posted()).toEqual([expect.stringMatching(expected)]);
  });

  it('a mention is answered in its thread, without links that are for one person', async () => {
    // Slack takes replies below messages that it has.
    const [ts = ''] = await kit.alert([{ channel: 'C1' }]);
    await sendEvent(kit, { type: 'app_mention', channel: 'C1', user: 'U9', ts, text: '<@U0BOT> support' });
    await sendEvent(kit, {
      type: 'app_mention',
      channel: 'C1',
      user: 'U9',
      ts: '1700.8',
      thread_ts: ts,
      text: '<@U0BOT> link',
    });
    await eventsSettled(kit);
    expect(kit.slack.thread('C1', ts)).toHaveLength(2);
    expect(posted().join()).toContain('How to get help');
    expect(posted().join()).not.toContain('link-identity');
  });

  it('S122: the same event again has no second effect, whatever its retry number', async () => {
    const event = { type: 'message', channel: 'D1', user: 'U1', text: 'help' };
    await sendEvent(kit, event, { eventId: 'Ev0', deliveryId: 'd1' });
    const again = { eventId: 'Ev0', deliveryId: 'd2', headers: { 'x-slack-retry-num': '1' } };
    expect((await sendEvent(kit, event, again)).status).toBe(200);
    await eventsSettled(kit);
    expect(posted()).toHaveLength(1);
  });

  it('what Slack has no time for is posted later; what may be there is not posted again', async () => {
    kit.slack.react = (_message, index) => (index === 0 ? { error: 'internal_error' } : 'ok');
    await say(kit, 'help');
    await eventsSettled(kit);
    expect([kit.slack.posts, posted().length]).toEqual([2, 1]);
    kit.slack.react = () => 'cut after taking';
    await say(kit, 'help');
    await eventsSettled(kit);
    expect(posted()).toHaveLength(2);
  });

  it('what a process left behind is done once more, and never a third time', async () => {
    await kit.region.pool.query(
      `INSERT INTO slack_event_work (integration_id, meaning, is_sending, crashes) SELECT 1, meaning, true, crashes FROM (VALUES
         ('{"kind":"said","text":"docs","channelId":"D1","teamId":"T001","slackUserId":"U1"}'::jsonb, 0),
         ('{"kind":"said","text":"docs","channelId":"D2","teamId":"T001","slackUserId":"U1"}'::jsonb, 1)) AS given (meaning, crashes)`,
    );
    await eventsSettled(kit);
    expect(kit.slack.messages.map(({ channel }) => channel)).toEqual(['D1']);
  });
});

describe('links that are shared', () => {
  beforeEach(async () => {
    await kit.call('PUT', 'issues/43', { projectId: 3, shortNumber: 2, title: 'Other' });
  });

  it('S115: two issues and one of them again: two unfurls in one call, without texts', async () => {
    await shareLinks([ISSUE, OTHER, `${ISSUE}`]);
    await eventsSettled(kit);
    expect(kit.slack.unfurls).toEqual([expect.objectContaining({ channel: 'C1', ts: '1700.2' })]);
    expect(Object.keys(shown())).toEqual([ISSUE, OTHER]);
    expect(Object.keys(shown()[ISSUE] ?? {})).toEqual(['blocks']);
    expect(JSON.stringify(shown()[ISSUE])).toContain('BAR-1');
  });

  it('S116: a link of an organization without the integration, of another host, or of nothing is not unfurled', async () => {
    await kit.region.pool.query(`UPDATE slack_workspace SET organization_ids = '{2}' WHERE integration_id = 1`);
    await shareLinks([ISSUE]);
    await eventsSettled(kit);
    await kit.region.pool.query(`UPDATE slack_workspace SET organization_ids = '{1}' WHERE integration_id = 1`);
    await shareLinks(['https://evil.example/issues/42/', 'https://monitor.example.com/issues/9999999999999999999/']);
    await eventsSettled(kit);
    expect(kit.slack.unfurls).toEqual([]);
  });

  it('without buttons where Slack takes none', async () => {
    kit.slack.refuseUnfurl = (unfurls) => (unfurls.includes('"actions"') ? 'invalid_blocks' : undefined);
    await shareLinks([ISSUE]);
    await eventsSettled(kit);
    expect(kit.slack.unfurls).toHaveLength(2);
    expect(shown()[ISSUE]?.blocks.map(({ type }) => type)).not.toContain('actions');
  });

  it('in a message that is still being written', async () => {
    await shareLinks([ISSUE], { channel: 'COMPOSER', source: 'composer', unfurl_id: 'C1.1.x' });
    await eventsSettled(kit);
    expect(kit.slack.unfurls).toEqual([expect.objectContaining({ source: 'composer', unfurl_id: 'C1.1.x' })]);
    expect(kit.slack.unfurls[0]).not.toHaveProperty('ts');
  });
});

describe('channels that change', () => {
  const reasons = async () =>
    (
      await kit.region.pool.query<{ channel: string; reason: string | null }>(
        `SELECT channel_id AS channel, unreachable_reason AS reason FROM notification_message WHERE parent_notification_message_id IS NULL ORDER BY integration_id, channel_id`,
      )
    ).rows;

  it('an archived channel gets no replies and no alerts until it is opened again', async () => {
    await kit.alert([{ channel: 'C1' }, { channel: 'C2' }]);
    await sendEvent(kit, { type: 'channel_archive', channel: 'C1', user: 'U1' });
    expect(await reasons()).toEqual([
      { channel: 'C1', reason: 'is_archived' },
      { channel: 'C2', reason: null },
    ]);
    const before = kit.slack.posts;
    await kit.alert([{ channel: 'C1' }]);
    expect(kit.slack.posts).toBe(before);
    await sendEvent(kit, { type: 'channel_unarchive', channel: 'C1', user: 'U1' });
    expect((await reasons()).map(({ reason }) => reason)).toEqual([null, null]);
    await kit.alert([{ channel: 'C1' }]);
    expect(kit.slack.posts).toBe(before + 1);
  });

  it('a channel that was left is told nothing below old messages', async () => {
    await kit.alert([{ channel: 'C1' }]);
    await sendEvent(kit, { type: 'channel_left', channel: 'C1' });
    expect(await reasons()).toEqual([{ channel: 'C1', reason: 'not_in_channel' }]);
  });

  it('another id goes into messages and rules of the workspace, and into no others', async () => {
    await kit.alert([{ channel: 'C1' }, { channel: 'C1', integration: 2 }]);
    await sendEvent(kit, { type: 'channel_id_changed', old_channel_id: 'C1', new_channel_id: 'C9' });
    expect((await reasons()).map(({ channel }) => channel)).toEqual(['C9', 'C1']);
    const { rows } = await kit.region.pool.query<{ actions: { channelId: string }[] }>(
      'SELECT actions FROM alert_rule',
    );
    expect(rows[0]?.actions.map(({ channelId }) => channelId)).toEqual(['C9', 'C1']);
  });
});
