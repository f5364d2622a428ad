import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlackApi } from './slack-api';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
  server = undefined;
});

interface Taken {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly fields: URLSearchParams;
}

async function slack(answer: RequestListener): Promise<{ api: SlackApi; taken: Taken[] }> {
  const taken: Taken[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      taken.push({ url: request.url, headers: request.headers, fields: new URLSearchParams(body) });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { api: new SlackApi(`http://127.0.0.1:${port}/api/`), taken };
}

const json =
  (body: object, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const post = { token: 'xoxb-1', channel: 'C1', text: 'hello', threadTs: '1.1' };

describe('SlackApi', () => {
  it('S29 posts into a thread, without unfurling and without telling the channel', async () => {
    const { api, taken } = await slack(json({ ok: true, ts: '1.2' }));
    await expect(api.post({ ...post, blocks: [{ type: 'divider' }] })).resolves.toEqual({ kind: 'ok', ts: '1.2' });
    const [{ url, headers, fields }] = taken as [Taken];
    expect([url, headers.authorization]).toEqual(['/api/chat.postMessage', 'Bearer xoxb-1']);
    expect(Object.fromEntries(fields)).toEqual({
      channel: 'C1',
      text: 'hello',
      thread_ts: '1.1',
      unfurl_links: 'false',
      unfurl_media: 'false',
      blocks: '[{"type":"divider"}]',
    });
  });

  it.each<[string, RequestListener, object]>([
    [
      'an error of Slack',
      json({ ok: false, error: 'channel_not_found' }),
      { kind: 'error', error: 'channel_not_found', status: 200 },
    ],
    [
      '429 with Retry-After',
      json({}, 429, { 'retry-after': '7' }),
      { kind: 'error', error: 'ratelimited', status: 429, retryAfterS: 7 },
    ],
    ['503', json({}, 503), { kind: 'error', status: 503 }],
    [
      'a connection that is cut after the request',
      (request) => request.socket.destroy(),
      { kind: 'no_answer', wasSent: true },
    ],
  ])('%s is a value, after one attempt', async (_name, answer, expected) => {
    const { api, taken } = await slack(answer);
    await expect(api.post(post)).resolves.toMatchObject(expected);
    expect(taken).toHaveLength(1);
  });

  it('a redirect is not followed', async () => {
    let isAsked = false;
    const { api } = await slack((request, response) => {
      if (request.url === '/elsewhere') isAsked = true;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect((await api.post(post)).kind).not.toBe('ok');
    expect(isAsked).toBe(false);
  });

  it('nobody there: nothing was sent', async () => {
    const { api } = await slack(json({ ok: true }));
    await new Promise((resolve) => server?.close(resolve));
    await expect(api.post(post)).resolves.toMatchObject({ kind: 'no_answer', wasSent: false });
  });

  it('reads the metadata of a thread, and nothing when it may not', async () => {
    const metadata = { event_type: 'switchyard_activity', event_payload: { activity: '7' } };
    const { api } = await slack(json({ ok: true, messages: [{ ts: '1.1' }, { ts: '1.2', metadata }] }));
    await expect(api.thread('xoxb-1', 'C1', '1.1')).resolves.toEqual([
      { ts: '1.1', eventType: undefined, payload: {} },
      { ts: '1.2', eventType: 'switchyard_activity', payload: { activity: '7' } },
    ]);
    server?.close();
    const refused = await slack(json({ ok: false, error: 'missing_scope' }));
    await expect(refused.api.thread('xoxb-1', 'C1', '1.1')).resolves.toBeUndefined();
  });
});
