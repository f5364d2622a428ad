import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message that Slack took. */
export interface PostedMessage {
  readonly token: string;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly threadTs: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

/** What Slack says to one post: an error word, a status, or nothing at all. */
export type SlackReaction =
  | { readonly error: string }
  | { readonly status: number; readonly retryAfter?: string }
  | 'cut'
  | 'cut after taking'
  | 'ok';

/** Slack's Web API as far as threads need it: posting and reading threads. Mocks stand only at the HTTP boundary. */
export class SlackStandIn {
  readonly messages: PostedMessage[] = [];
  /** Asked for each post; `ok` takes it. */
  react: (message: Omit<PostedMessage, 'ts'>, index: number) => SlackReaction = () => 'ok';
  /** Whether the app may read threads. */
  mayRead = true;
  /** Posts that came, taken or not. */
  posts = 0;
  private serial = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<SlackStandIn> {
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
        standIn.answer(request.url ?? '', token, new URLSearchParams(body), response);
      });
    });
    const standIn = new SlackStandIn(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/`;
  }

  /** Replies below a message, in order. */
  thread(channel: string, ts: string): readonly PostedMessage[] {
    return this.messages.filter((message) => message.channel === channel && message.threadTs === ts);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(url: string, token: string, fields: URLSearchParams, response: ServerResponse): void {
    if (url === '/api/conversations.replies') return this.readThread(fields, response);
    if (url === '/api/chat.update') return this.update(token, fields, response);
    if (url !== '/api/chat.postMessage') return send(response, { ok: false, error: 'unknown_method' });
    const message = {
      token,
      channel: fields.get('channel') ?? '',
      text: fields.get('text') ?? '',
      threadTs: fields.get('thread_ts') ?? undefined,
      fields: Object.fromEntries(fields),
    };
    const reaction = this.react(message, this.posts);
    this.posts += 1;
    if (reaction === 'cut') return void response.socket?.destroy();
    if (typeof reaction === 'object' && 'error' in reaction)
      return send(response, { ok: false, error: reaction.error });
    if (typeof reaction === 'object') {
      const headers = reaction.retryAfter === undefined ? {} : { 'retry-after': reaction.retryAfter };
      return void response.writeHead(reaction.status, headers).end('{}');
    }
    this.serial += 1;
    const ts = `1700.${String(this.serial).padStart(6, '0')}`;
    this.messages.push({ ...message, ts });
    if (reaction === 'cut after taking') return void response.socket?.destroy();
    send(response, { ok: true, ts });
  }

  private update(token: string, fields: URLSearchParams, response: ServerResponse): void {
    const [channel, ts] = [fields.get('channel') ?? '', fields.get('ts') ?? ''];
    const at = this.messages.findIndex((message) => message.channel === channel && message.ts === ts);
    const [message] = this.messages.slice(at, at + 1);
    this.posts += 1;
    if (message === undefined) return send(response, { ok: false, error: 'message_not_found' });
    if (message.token !== token) return send(response, { ok: false, error: 'cant_update_message' });
    this.messages[at] = { ...message, text: fields.get('text') ?? '', fields: Object.fromEntries(fields) };
    send(response, { ok: true, ts });
  }

  private readThread(fields: URLSearchParams, response: ServerResponse): void {
    if (!this.mayRead) return send(response, { ok: false, error: 'missing_scope' });
    const replies = this.thread(fields.get('channel') ?? '', fields.get('ts') ?? '').map((message) => ({
      ts: message.ts,
      metadata: JSON.parse(message.fields['metadata'] ?? '{}') as object,
    }));
    send(response, { ok: true, messages: replies });
  }
}

function send(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
