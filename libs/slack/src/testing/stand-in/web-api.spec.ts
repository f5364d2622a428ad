import { FakeClock } from '@switchyard/primitives';
import { Arguments } from './arguments';
import type { Json } from './arguments';
import { StandInCore } from './stand-in-core';
import { takeResponse } from './show-answer';
import { sampleWorkspace } from './sample-workspace';

let clock: FakeClock;
let core: StandInCore;
beforeEach(() => {
  clock = new FakeClock();
  core = new StandInCore({ clock, postLimit: { perSecond: 1, burst: 3 } });
  core.state.world.add(sampleWorkspace('T1', { botToken: 'xoxb-1' }));
  core.state.world.add(sampleWorkspace('T2', { botToken: 'xoxb-2', scopes: ['chat:write'] }));
});

const call = (method: string, fields: Record<string, unknown>, token = 'xoxb-1') => {
  const text = JSON.stringify(fields);
  return core.api.call(method, token, Arguments.read(text, 'application/json'));
};
const word = (...given: Parameters<typeof call>): unknown => call(...given)?.body['error'] ?? 'ok';
const post = (fields: Record<string, unknown> = {}, token?: string): Json =>
  call('chat.postMessage', { channel: 'C1', text: 'hello', ...fields }, token)?.body ?? {};

describe('the Web API of the stand-in', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['unknown_method', 'chat.shout', {}],
    ['not_authed', 'chat.postMessage', { channel: 'C1', text: 'x', token: '' }],
    ['invalid_auth', 'chat.postMessage', { channel: 'C1', text: 'x', token: 'xoxb-stolen' }],
    ['missing_scope', 'conversations.replies', { channel: 'C1', ts: '1.1', token: 'xoxb-2' }],
    ['channel_not_found', 'chat.postMessage', { channel: 'C9', text: 'x' }],
    ['is_archived', 'chat.postMessage', { channel: 'COLD', text: 'x' }],
    ['not_in_channel', 'chat.postMessage', { channel: 'CPRIV', text: 'x' }],
    ['no_text', 'chat.postMessage', { channel: 'C1' }],
    ['msg_too_long', 'chat.postMessage', { channel: 'C1', text: 'x'.repeat(40_001) }],
    ['invalid_blocks', 'chat.postMessage', { channel: 'C1', blocks: [{ type: 'table' }] }],
    [
      'msg_blocks_too_long',
      'chat.postMessage',
      {
        channel: 'C1',
        blocks: Array.from({ length: 5 }, () => ({
          type: 'section',
          text: { type: 'mrkdwn', text: 'x'.repeat(2_900) },
        })),
      },
    ],
    ['invalid_metadata_format', 'chat.postMessage', { channel: 'C1', text: 'x', metadata: { event_type: 'a' } }],
    ['thread_not_found', 'chat.postMessage', { channel: 'C1', text: 'x', thread_ts: '1.1' }],
    ['message_not_found', 'chat.update', { channel: 'C1', ts: '1.1', text: 'x' }],
    ['cannot_find_message', 'chat.unfurl', { channel: 'C1', ts: '1.1', unfurls: {} }],
    ['user_not_found', 'users.info', { user: 'U9' }],
    ['not_found', 'views.update', { external_id: 'x', view: modal() }],
    ['invalid_trigger_id', 'views.open', { trigger_id: 'x', view: modal() }],
    ['invalid_arguments', 'views.open', { trigger_id: 'x', view: { type: 'modal' } }],
  ])('says %s to %s', (expected, method, { token = 'xoxb-1', ...fields }) => {
    expect(word(method, fields, String(token))).toBe(expected);
  });

  it('keeps what it takes, edits and deletes what is the own, and reads threads', () => {
    const { ts } = post({ metadata: { event_type: 'a', event_payload: { id: '1' } } });
    const reply = post({ thread_ts: ts, text: 'below' });
    expect(word('chat.postMessage', { channel: 'C1', text: 'x', thread_ts: reply['ts'] })).toBe(
      'cannot_reply_to_message',
    );
    expect(word('chat.update', { channel: 'C1', ts: reply['ts'], text: 'edited' })).toBe('ok');
    const thread = call('conversations.replies', { channel: 'C1', ts, include_all_metadata: true })?.body;
    expect(thread?.['messages']).toMatchObject([
      { text: 'hello', metadata: { event_payload: { id: '1' } } },
      { text: 'edited', thread_ts: ts },
    ]);
    expect(word('chat.delete', { channel: 'C1', ts: reply['ts'] })).toBe('ok');
    expect(core.state.world.messages).toHaveLength(1);
    core.state.world.change(core.state.world.messages[0] as never, { token: 'xoxb-else' });
    expect(word('chat.update', { channel: 'C1', ts, text: 'x' })).toBe('cant_update_message');
  });

  it('limits each channel by itself, with Retry-After, and time heals it', () => {
    for (let count = 0; count < 3; count += 1) expect(post()).toMatchObject({ ok: true });
    const refused = call('chat.postMessage', { channel: 'C1', text: 'x' });
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '1' }, body: { error: 'ratelimited' } });
    expect(post({ channel: 'C2' })).toMatchObject({ ok: true });
    clock.advance(1_000);
    expect(post()).toMatchObject({ ok: true });
    core.state.postLimit.limit = undefined;
    for (let count = 0; count < 10; count += 1) expect(post()).toMatchObject({ ok: true });
  });

  it('takes a trigger id once and for three seconds', () => {
    const { triggers } = core.state;
    const open = (trigger: string) => word('views.open', { trigger_id: trigger, view: modal() });
    const used = triggers.issue('T1', 'U1');
    expect([open(used), open(used)]).toEqual(['ok', 'exchanged_trigger_id']);
    const late = triggers.issue('T1', 'U1');
    clock.advance(3_001);
    expect(open(late)).toBe('expired_trigger_id');
    expect(open(triggers.issue('T2', 'U1'))).toBe('invalid_trigger_id');
  });

  it('updates a modal by its external id, and only with the right hash', () => {
    const trigger_id = core.state.triggers.issue('T1', 'U1');
    const opened = call('views.open', { trigger_id, view: modal({ external_id: 'e' }) })?.body['view'] as Json;
    expect(word('views.update', { external_id: 'e', view: modal(), hash: 'old' })).toBe('hash_conflict');
    expect(word('views.update', { external_id: 'e', view: modal({ callback_id: 'new' }), hash: opened['hash'] })).toBe(
      'ok',
    );
    expect(core.state.views.of('T1', 'U1')).toMatchObject([{ view: { callback_id: 'new', external_id: 'e' } }]);
    const again = core.state.triggers.issue('T1', 'U1');
    const view = modal({ external_id: 'e' });
    expect(word('views.open', { trigger_id: again, view })).toBe('duplicate_external_id');
  });

  it('does what a fault says, so often and no more', () => {
    core.api.faults.add({ method: 'chat.postMessage', channel: 'C1', reaction: { error: 'fatal_error' }, times: 2 });
    expect([post()['error'], post({ channel: 'C2' })['ok'], post()['error'], post()['ok']]).toEqual([
      'fatal_error',
      true,
      'fatal_error',
      true,
    ]);
    core.api.faults.add({ reaction: 'cut after taking', times: 1 });
    const before = core.state.world.messages.length;
    expect(call('chat.postMessage', { channel: 'C2', text: 'x' })).toBeUndefined();
    expect(core.state.world.messages).toHaveLength(before + 1);
  });
});

describe('response URLs of the stand-in', () => {
  const issue = (): string => {
    const messageTs = String(post()['ts']);
    return core.state.responseUrls.issue('actions', { teamId: 'T1', channel: 'C1', userId: 'U1', messageTs });
  };
  const answer = (path: string, body: object) => takeResponse(core.state, path, JSON.stringify(body));
  const texts = () => core.state.world.messages.map(({ text, visibleTo }) => [text, visibleTo]);

  it('five uses: beside the message for one person, in its place, gone', () => {
    const path = issue();
    expect(answer(path, { text: 'only you' })).toEqual({ status: 200, word: 'ok' });
    answer(path, { text: 'for all', response_type: 'in_channel' });
    answer(path, { text: 'instead', replace_original: true });
    expect(texts()).toEqual([
      ['instead', undefined],
      ['only you', 'U1'],
      ['for all', undefined],
    ]);
    answer(path, { delete_original: true });
    expect(texts()).toHaveLength(2);
    expect(answer(path, { text: 'fifth' }).word).toBe('ok');
    expect(answer(path, { text: 'sixth' })).toEqual({ status: 404, word: 'used_url' });
  });

  it('refuses after half an hour, what is nobody’s, and what Slack would not show', () => {
    const path = issue();
    expect(answer(path, { blocks: [{ type: 'table' }] })).toEqual({ status: 400, word: 'invalid_blocks' });
    expect(answer(path, {})).toEqual({ status: 400, word: 'no_text' });
    expect(answer('/actions/T1/1/made-up', { text: 'x' })).toEqual({ status: 404, word: 'invalid_url' });
    clock.advance(30 * 60_000 + 1);
    expect(answer(path, { text: 'late' })).toEqual({ status: 404, word: 'expired_url' });
    expect(core.state.responseUrls.posts.map(({ outcome }) => outcome)).toEqual([
      'invalid_blocks',
      'no_text',
      'invalid_url',
      'expired_url',
    ]);
  });
});

function modal(change: object = {}) {
  const text = { type: 'plain_text', text: 'Title' };
  return { type: 'modal', title: text, blocks: [{ type: 'section', text }], ...change };
}
