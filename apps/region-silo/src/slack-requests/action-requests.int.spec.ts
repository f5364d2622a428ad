import { LinkTokens } from '@switchyard/slack';
import { SigningKeys } from '@switchyard/silo';
import { startDomain } from '../testing/domain-kit';
import type { DomainKit } from '../testing/domain-kit';
import { SILO_KEYS } from '../testing/region-kit';
import { click, linkPeople, submit, textOf } from '../testing/slack-clicks';

let kit: DomainKit;
beforeEach(async () => {
  kit = await startDomain();
  await linkPeople(kit);
});
afterEach(() => kit.close());

const button = (name: string) => ({ type: 'button', action_id: name, value: name, action_ts: '1700.100' });
const assign = (value: string) => ({
  type: 'external_select',
  action_id: 'assign',
  selected_option: { text: { type: 'plain_text', text: 'x' }, value },
});
const issue = async () => {
  const { rows } = await kit.region.pool.query<Record<string, unknown>>(
    `SELECT status, substatus, assignee_user_id::text AS user, assignee_team_id::text AS team, details FROM issue WHERE id = 42`,
  );
  return rows[0];
};
const activities = async () =>
  (await kit.region.pool.query<{ data: object }>('SELECT data FROM activity ORDER BY id')).rows.map(({ data }) => data);
const untouched = { status: 'unresolved', user: null, team: null };
const shown = () => kit.slack.responses.map(({ body }) => JSON.stringify(body));
const EMPTY = { status: 200, text: '' };

// The ids are those of slack.md §8.5.
describe('clicks in messages about issues', () => {
  it('S79: a link that was clicked: nothing to do, answered', async () => {
    expect(await click(kit, [{ type: 'button', action_id: 'x', value: 'link_clicked' }])).toMatchObject(EMPTY);
    expect(kit.slack.responses).toEqual([]);
  });

  it('S80: somebody who is not linked gets a link that is about them alone', async () => {
    const answer = await click(kit, [button('resolved')], { user: 'U9' });
    const [, token = ''] = /link-identity\/([^/]+)\/\|Link it/.exec(textOf(answer)) ?? [];
    const verdict = new LinkTokens(SigningKeys.parse(SILO_KEYS), kit.region.clock).read('link_identity', token);
    expect(verdict).toMatchObject({
      kind: 'ok',
      facts: { integrationId: '1', teamId: 'T001', slackUserId: 'U9', channelId: 'C1' },
    });
    expect(await issue()).toMatchObject(untouched);
  });

  it.each([
    ['an issue that is not here', { issue: '999' }],
    ['another workspace', { integration: '17' }],
  ])('S81: %s: 403, empty, logged', async (_name, options) => {
    expect(await click(kit, [button('resolved')], options)).toMatchObject({ status: 403, text: '' });
    expect(kit.region.logs).toContainEqual(expect.objectContaining({ event: 'slack_action.invalid_issue' }));
  });

  it('S81: an organization that does not have the workspace, or whose workspace is switched off: 403, nothing changed', async () => {
    await kit.region.pool.query(`UPDATE slack_workspace SET organization_ids = '{2}' WHERE integration_id = 1`);
    expect((await click(kit, [button('resolved')])).status).toBe(403);
    await kit.region.pool.query(
      `UPDATE slack_workspace SET organization_ids = '{1}', is_active = false WHERE integration_id = 1`,
    );
    expect((await click(kit, [button('resolved')])).status).toBe(403);
    expect(await issue()).toMatchObject(untouched);
  });

  it('resolve without releases, unresolve, status: done, the message replaced with the new state, the body empty', async () => {
    expect(await click(kit, [button('resolved')])).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject({ status: 'resolved' });
    expect(kit.slack.responses[0]?.body).toMatchObject({ replace_original: true, delete_original: false });
    expect(shown()[0]).toMatch(/:white_circle:.*Issue resolved by <@U1>.*Unresolve/);
    expect(await click(kit, [button('unresolved:ongoing')])).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject({ status: 'unresolved' });
    await click(kit, [{ type: 'button', action_id: 'status', value: 'ignored:archived_forever' }]);
    expect(await issue()).toMatchObject({ status: 'ignored', substatus: 'archived_forever' });
    expect(shown()[2]).toMatch(/Issue archived by <@U1>.*Mark as Ongoing/);
  });

  it('a delivery that comes again is not carried out again, whatever happened in between', async () => {
    await click(kit, [button('resolved')], { deliveryId: 'd-1' });
    await kit.change({ kind: 'unresolve' });
    expect(await click(kit, [button('resolved')], { deliveryId: 'd-1' })).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject({ status: 'unresolved' });
    expect(kit.slack.responses).toHaveLength(1);
    expect(await activities()).toHaveLength(2);
  });

  it('what is so already is shown as it is, without another activity', async () => {
    await click(kit, [button('resolved')]);
    await click(kit, [button('resolved')]);
    expect(await activities()).toHaveLength(1);
    expect(kit.slack.responses).toHaveLength(2);
    expect(shown()[1]).not.toContain('Issue resolved by');
  });

  it.each([
    'resolved:never',
    'ignored:archived_until_condition_met:0',
    'ignored:archived_until_condition_met:1000001',
    '',
  ])('a status %j that nobody knows: said, and nothing is changed', async (value) => {
    expect(textOf(await click(kit, [{ type: 'button', action_id: 'status', value }]))).toContain('Nothing was changed');
    expect(await issue()).toMatchObject(untouched);
    expect(kit.slack.responses).toEqual([]);
  });

  it('S83, S152: a dialog opens with what it has to remember, and the message stays', async () => {
    const responseUrl = kit.slack.responseUrl('r'.repeat(400));
    expect(await click(kit, [button('resolve_dialog')], { responseUrl })).toMatchObject(EMPTY);
    const [opened] = kit.slack.views;
    expect(opened).toMatchObject({ triggerId: '13.37.abc', view: { callback_id: 'issue.resolve.v1' } });
    expect(JSON.parse(String(opened?.view['private_metadata']))).toEqual({
      v: 1,
      issue: '42',
      org: '1',
      channel_id: 'C1',
      message_ts: '1700.000001',
      orig_response_url: responseUrl,
    });
    expect([kit.slack.responses, await issue()]).toEqual([[], expect.objectContaining(untouched)]);
  });

  it('a dialog that control has opened already is filled, not opened twice', async () => {
    kit.slack.views.push({ triggerId: '13.37.abc', view: { external_id: 'T001:1700.100' } });
    expect(await click(kit, [button('archive_dialog')])).toMatchObject(EMPTY);
    expect(kit.slack.views).toMatchObject([{ view: { callback_id: 'issue.archive.v1' } }]);
  });

  it('S92: a dialog that does not open: the person is told, the log says which', async () => {
    kit.slack.viewError = 'expired_trigger_id';
    expect(textOf(await click(kit, [button('archive_dialog')]))).toContain('Nothing was changed');
    expect(kit.region.logs).toContainEqual(
      expect.objectContaining({ event: 'slack_dialog.not_opened', dialog: 'archive', reason: 'expired_trigger_id' }),
    );
  });

  it('a dialog that could not be filled is not opened besides', async () => {
    kit.slack.viewUpdateError = 'ratelimited';
    expect(textOf(await click(kit, [button('archive_dialog')]))).toContain('Nothing was changed');
    expect(kit.slack.views).toEqual([]);
  });

  it('S93: on an unfurl: blocks replaced, no text', async () => {
    const unfurl = { blocks: [{ block_id: '{"issue":"42","org":"1"}' }] };
    const container = { type: 'message_attachment', is_app_unfurl: true, channel_id: 'C1', message_ts: '1700.5' };
    await click(kit, [button('resolved')], { more: { container, app_unfurl: unfurl, message: undefined } });
    expect(kit.slack.responses[0]?.body).toHaveProperty('blocks');
    expect(kit.slack.responses[0]?.body).not.toHaveProperty('text');
  });

  it('S95: assign: a team of the project, somebody, nobody; others are refused in words', async () => {
    expect(await click(kit, [assign('team:5')])).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject({ team: '5' });
    expect(await activities()).toMatchObject([{ assignee: '5', assigneeType: 'team', integration: 'slack' }]);
    expect(shown()[0]).toContain('Issue assigned to #core by <@U1>');
    await kit.call('PUT', 'teams/6', { organizationId: 1, slug: 'other', name: 'Other', members: [] });
    expect(textOf(await click(kit, [assign('team:6')]))).toBe('That team does not have this project.');
    expect(textOf(await click(kit, [assign('user:99')]))).toContain('no member');
    expect(textOf(await click(kit, [assign('robot:1')]))).toContain('Nothing was changed');
    expect(await issue()).toMatchObject({ team: '5' });
    await click(kit, [assign('none')]);
    expect(await issue()).toMatchObject({ team: null });
  });

  it('S96: somebody who is linked in this workspace is mentioned, others are named', async () => {
    await click(kit, [assign('user:8')]);
    expect(shown()[0]).toContain('Issue assigned to <@U2> by <@U1>');
    await kit.region.pool.query('DELETE FROM slack_identity WHERE user_id = 8');
    await click(kit, [assign('none')]);
    await click(kit, [assign('user:8')]);
    expect(shown()[2]).toContain('Issue assigned to bob@example.com by <@U1>');
  });

  it('S97: a response URL that is used up: counted, and the message is edited instead', async () => {
    const ts = (await kit.alert([{ channel: 'C1' }]))[0];
    kit.slack.answerResponse = () => ({ status: 404, word: 'used_url' });
    const container = { type: 'message', message_ts: ts, channel_id: 'C1' };
    expect(await click(kit, [button('resolved')], { more: { container } })).toMatchObject(EMPTY);
    expect(kit.slack.messages[0]?.fields['blocks']).toContain('Unresolve');
    expect(kit.region.logs).toContainEqual(
      expect.objectContaining({ event: 'slack_response_url.failed', status: 404, slack_error: 'used_url' }),
    );
  });

  it('S145: a response URL of another host is not called', async () => {
    await click(kit, [button('resolved')], { responseUrl: 'https://hooks.slack.com.evil.example/x' });
    expect(kit.region.logs).toContainEqual(expect.objectContaining({ result: 'not_allowed' }));
    expect(await issue()).toMatchObject({ status: 'resolved' });
  });

  it.each(['link', 'ignore', 'all_slack'])('%s is for control (98, 99): nothing here', async (value) => {
    expect(await click(kit, [{ type: 'button', action_id: value, value }])).toMatchObject(EMPTY);
    expect(kit.slack.responses).toEqual([]);
  });

  it('changing needs event:write, membership alone does not do', async () => {
    await kit.call('PUT', 'organizations/1/members/8', { email: 'bob@example.com', role: 'billing' });
    expect(textOf(await click(kit, [button('resolved')], { user: 'U2' }))).toContain('role');
    expect(await issue()).toMatchObject(untouched);
  });

  it('a rule of another project is passed over', async () => {
    await kit.call('PUT', 'projects/4', { organizationId: 1, slug: 'baz', name: 'Baz' });
    await kit.call('PUT', 'alert-rules/9', { projectId: 4, name: 'Secret rule', actions: [] });
    await click(kit, [button('resolved')], { rule: '9' });
    expect(shown()[0]).not.toContain('Secret rule');
  });

  it.each(['abcde', '{"issue":"99999999999999999999"}', '{"issue":"9223372036854775808"}'])(
    'state that is not ours, %s: said, nothing changed',
    async (blockId) => {
      const message = { ts: '1', blocks: [{ block_id: blockId }] };
      expect(textOf(await click(kit, [button('resolved')], { more: { message } }))).toContain('Nothing was changed');
    },
  );
});

describe('dialogs that are submitted', () => {
  it('S84: resolved: done, and the original message is replaced', async () => {
    expect(await submit(kit, 'resolved')).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject({ status: 'resolved' });
    expect(kit.slack.responses).toMatchObject([{ name: 'original', body: { replace_original: true } }]);
    expect(shown()[0]).toContain(':white_circle:');
  });

  it.each([
    ['resolved:inNextRelease', { inNextRelease: true }],
    ['resolved:inCurrentRelease', { inRelease: 'web@1.0.0' }],
  ])('S85: %s', async (choice, details) => {
    await submit(kit, choice);
    expect(await issue()).toMatchObject({ status: 'resolved', details });
  });

  it('S86: in a release of a project that has none: not done, and said', async () => {
    await kit.region.pool.query('UPDATE project SET latest_release = NULL');
    expect(textOf(await submit(kit, 'resolved:inNextRelease'))).toBe('The project has no release yet.');
    expect(await issue()).toMatchObject(untouched);
  });

  it('S87: archived until it happens 100 times more', async () => {
    await submit(kit, 'ignored:archived_until_condition_met:100', { callbackId: 'issue.archive.v1' });
    expect(await issue()).toMatchObject({ status: 'ignored', details: { ignoreCount: 100 } });
  });

  it('S89: somebody who is no member: nothing changed, who they are here, and a way to unlink that is about them', async () => {
    await kit.call('PUT', 'organizations/2', { slug: 'globex', name: 'Globex' });
    await kit.call('PUT', 'organizations/2/members/9', { email: 'eve@example.com', role: 'member' });
    await kit.region.pool.query(
      `INSERT INTO slack_identity (integration_id, slack_user_id, user_id) VALUES (1, 'U3', 9)`,
    );
    const text = textOf(await submit(kit, 'resolved', { user: 'U3' }));
    expect(text).toContain('*eve@example.com*, which is not a member of *Acme*');
    const [, token = ''] = /unlink-identity\/([^/]+)\//.exec(text) ?? [];
    const verdict = new LinkTokens(SigningKeys.parse(SILO_KEYS), kit.region.clock).read('unlink_identity', token);
    expect(verdict).toMatchObject({ facts: { slackUserId: 'U3' } });
    expect(await issue()).toMatchObject(untouched);
  });

  it('S90: without a choice, or a dialog of somebody else: nothing', async () => {
    expect(await submit(kit, undefined)).toMatchObject(EMPTY);
    expect(await submit(kit, 'resolved', { callbackId: 'other' })).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject(untouched);
  });

  it('S91: a choice inside an open dialog: nothing, and nothing is looked up', async () => {
    const choice = { type: 'static_select', action_id: 'static_select-action', selected_option: { value: 'resolved' } };
    const more = { message: undefined, view: { private_metadata: '{"issue":"42"}' } };
    expect(await click(kit, [choice], { responseUrl: null, integration: '999', more })).toMatchObject(EMPTY);
    expect(await issue()).toMatchObject(untouched);
  });
});
