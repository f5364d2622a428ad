import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../arguments';
import { sampleWorkspace } from '../sample-workspace';
import { StandInCore } from '../stand-in-core';
import { serveStandIn } from '../stand-in-server';

const SECRET = 'the signing secret';
interface Request {
  readonly path: string;
  readonly isSigned: boolean;
  readonly fields: URLSearchParams;
  readonly body: string;
  readonly retry: string | undefined;
}
type Answer = { readonly status?: number; readonly body?: string; readonly headers?: Record<string, string> };

let app: Server;
let answer: (request: Request) => Answer;
let taken: Request[];
let core: StandInCore;
let slack: { origin: string; stop(): Promise<void> };

beforeEach(async () => {
  taken = [];
  answer = () => ({});
  app = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { headers, url = '' } = request;
      const base = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
      const isSigned = headers['x-slack-signature'] === `v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`;
      const retry = headers['x-slack-retry-num'] as string | undefined;
      const seen = { path: url, isSigned, fields: new URLSearchParams(body), body, retry };
      taken.push(seen);
      const { status = 200, body: text = '', headers: given = {} } = answer(seen);
      response.writeHead(status, given).end(text);
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
  core = new StandInCore({ app: { origin, signingSecret: SECRET } });
  core.state.world.add(sampleWorkspace('T1'));
  slack = await serveStandIn(core);
});
afterEach(async () => {
  await slack.stop();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

async function control(name: string, body: object, method = 'POST'): Promise<{ status: number; json: Json }> {
  const response = await fetch(`${slack.origin}/_control/${name}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, json: (text === '' ? {} : JSON.parse(text)) as Json };
}

const who = { teamId: 'T1', userId: 'U1' };
const plain = (text: string) => ({ type: 'plain_text', text });
const BLOCKS = [
  { type: 'section', block_id: '{"issue":"42","org":"1"}', text: { type: 'mrkdwn', text: 'Boom' } },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'resolved', text: plain('Resolve'), value: 'resolved' },
      { type: 'external_select', action_id: 'assign', placeholder: plain('Who'), min_query_length: 0 },
    ],
  },
];

async function api(method: string, body: object): Promise<Json> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer xoxb-T1' };
  const response = await fetch(`${slack.origin}/api/${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return (await response.json()) as Json;
}
const post = async (): Promise<string> =>
  String((await api('chat.postMessage', { channel: 'C1', text: 'Boom', blocks: BLOCKS }))['ts']);
const payload = (index = 0): Json => JSON.parse(taken[index]?.fields.get('payload') ?? '{}') as Json;

describe('what people do in the stand-in', () => {
  it('a click is a signed request with message, trigger and response URL', async () => {
    const ts = await post();
    const { json } = await control('click', { ...who, channel: 'C1', ts, actionId: 'resolved' });
    expect(json['isTaken']).toBe(true);
    expect(taken).toMatchObject([{ path: '/extensions/slack/action/', isSigned: true }]);
    expect(payload()).toMatchObject({
      type: 'block_actions',
      team: { id: 'T1' },
      user: { id: 'U1' },
      channel: { id: 'C1' },
      container: { type: 'message', message_ts: ts },
      message: { blocks: [{ block_id: '{"issue":"42","org":"1"}' }, { block_id: expect.stringMatching(/^.{5}$/) }] },
      actions: [{ action_id: 'resolved', value: 'resolved', text: plain('Resolve') }],
      response_url: `${slack.origin}${String(json['responsePath'])}`,
    });
  });

  it('what is not answered with 200 gets a warning, and loses it', async () => {
    const ts = await post();
    const shown = () => core.state.world.messages[0]?.warning;
    answer = () => ({ status: 500 });
    await control('click', { ...who, channel: 'C1', ts, actionId: 'resolved' });
    expect(shown()).toContain('did not answer');
    answer = () => ({});
    await control('click', { ...who, channel: 'C1', ts, actionId: 'resolved' });
    expect(shown()).toBeUndefined();
  });

  it('options come from the app, and a list with one mistake is no list', async () => {
    const ts = await post();
    const search = { ...who, channel: 'C1', ts, actionId: 'assign', query: 'ad' };
    const option = { text: plain('Ada'), value: 'user:7' };
    answer = () => ({ body: JSON.stringify({ option_groups: [{ label: plain('People'), options: [option] }] }) });
    expect((await control('options', search)).json).toEqual({ groups: [{ label: 'People', options: [option] }] });
    expect(payload()).toMatchObject({ type: 'block_suggestion', action_id: 'assign', value: 'ad' });
    answer = () => ({ body: JSON.stringify({ options: [{ ...option, text: plain('x'.repeat(76)) }] }) });
    expect((await control('options', search)).json).toMatchObject({
      groups: [],
      trouble: expect.stringContaining('76'),
    });
    answer = () => ({ body: '{"option_groups":[]}' });
    expect((await control('options', search)).json).toEqual({ groups: [] });
    await control('click', { ...who, channel: 'C1', ts, actionId: 'assign', option });
    expect(payload(3)['actions']).toMatchObject([{ type: 'external_select', selected_option: option }]);
  });

  it('a modal is sent with what was chosen, and an empty answer closes it', async () => {
    const choice = (value: string) => ({ text: plain(value), value });
    const select = {
      ...{ type: 'static_select', action_id: 'when', options: [choice('now'), choice('later')] },
      initial_option: choice('now'),
    };
    const view = {
      ...{ type: 'modal', callback_id: 'issue.resolve.v1', title: plain('Resolve'), submit: plain('Go') },
      blocks: [{ type: 'section', block_id: 'b', text: plain('When?'), accessory: select }],
    };
    const open = async (): Promise<string> => {
      const opened = await api('views.open', { trigger_id: core.state.triggers.issue('T1', 'U1'), view });
      return String((opened['view'] as Json)['id']);
    };
    const viewId = await open();
    answer = () => ({ status: 500 });
    expect((await control('submit', { ...who, viewId })).json).toEqual({ isClosed: false });
    expect(core.state.views.find(viewId)?.trouble).toContain('trouble');
    answer = () => ({});
    await control('choose', { ...who, viewId, actionId: 'when', value: 'later' });
    expect(payload(1)).toMatchObject({ container: { type: 'view' }, actions: [{ selected_option: choice('later') }] });
    const { json } = await control('submit', { ...who, viewId, values: { b: { when: 'later' } } });
    expect(json).toEqual({ isClosed: true });
    const states = [0, 2].map((index) => (payload(index)['view'] as Json)['state']);
    expect(states).toMatchObject([
      { values: { b: { when: { selected_option: choice('now') } } } },
      { values: { b: { when: { selected_option: choice('later') } } } },
    ]);
    answer = () => ({ body: '{"response_action":"errors","errors":{"b":"no"}}' });
    const second = await open();
    await control('submit', { ...who, viewId: second });
    expect(core.state.views.find(second)?.errors).toEqual({ b: 'no' });
  });

  it('a slash command is a form, and its answer is for one person', async () => {
    answer = () => ({ body: '{"response_type":"ephemeral","text":"Commands"}' });
    await control('say', { ...who, channel: 'D1', text: '/switchyard help me' });
    expect(Object.fromEntries(taken[0]?.fields ?? [])).toMatchObject({
      ...{ command: '/switchyard', text: 'help me', team_id: 'T1', channel_name: 'directmessage', user_id: 'U1' },
    });
    expect(core.state.world.messages).toMatchObject([{ text: 'Commands', visibleTo: 'U1', channel: 'D1' }]);
  });

  it('a link makes an event, which is repeated until it is taken', async () => {
    answer = ({ retry }) => ({ status: retry === undefined ? 500 : 200 });
    await control('say', { ...who, channel: 'C1', text: 'see https://example.com/?a=1&b=2 <b>' });
    const endsAt = Date.now() + 5_000;
    while (taken.length < 2 && Date.now() < endsAt) await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toMatchObject([
      { path: '/extensions/slack/event/', isSigned: true },
      { isSigned: true, retry: '1' },
    ]);
    expect(JSON.parse(taken[0]?.body ?? '')).toMatchObject({
      event: { type: 'link_shared', links: [{ domain: 'example.com', url: 'https://example.com/?a=1&amp;b=2' }] },
    });
    const ts = core.state.world.messages[0]?.ts;
    const unfurls = { 'https://example.com/?a=1&amp;b=2': { blocks: [BLOCKS[0]] } };
    await expect(api('chat.unfurl', { channel: 'C1', ts, unfurls })).resolves.toEqual({ ok: true });
    expect(core.state.world.messages[0]).toMatchObject({
      text: 'see <https://example.com/?a=1&amp;b=2> &lt;b&gt;',
      unfurls: [{ blocks: [{ type: 'section' }] }],
    });
  });

  it('refuses what is wrong, what is not JSON, and pages of others', async () => {
    const unknown = { ...who, channel: 'C1', ts: '1.1', actionId: 'resolved' };
    expect((await control('click', unknown)).status).toBe(400);
    expect((await control('click', { surprise: 1 })).status).toBe(400);
    const url = `${slack.origin}/_control/faults`;
    const form = await fetch(url, { method: 'POST', body: 'reaction=cut' });
    const other = await fetch(url, { method: 'DELETE', headers: { origin: 'http://evil.example' } });
    expect([form.status, other.status]).toEqual([415, 403]);
  });
});
