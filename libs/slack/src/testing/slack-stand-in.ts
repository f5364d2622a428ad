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

/** What was posted to a response URL. */
export interface PostedResponse {
  /** The last part of the URL. */
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A dialog that is open. */
export interface OpenedView {
  readonly triggerId: string;
  readonly view: Readonly<Record<string, unknown>>;
}

/** Slack's Web API as far as we use it: messages, threads, dialogs, response URLs. Mocks stand only at the HTTP boundary. */
export class SlackStandIn {
  readonly messages: PostedMessage[] = [];
  /** Asked for each post; `ok` takes it. */
  react: (message: Omit<PostedMessage, 'ts'>, index: number) => SlackReaction = () => 'ok';
  /** Whether the app may read threads. */
  mayRead = true;
  readonly responses: PostedResponse[] = [];
  readonly views: OpenedView[] = [];
  /** Calls of `chat.unfurl`, taken or not. */
  readonly unfurls: Readonly<Record<string, string>>[] = [];
  /** The error word for a call of `chat.unfurl`, or `undefined` to take it. */
  refuseUnfurl: (unfurls: string) => string | undefined = () => undefined;
  /** Asked for each message to a response URL: the status and Slack's word. */
  answerResponse: (name: string) => { readonly status: number; readonly word: string } = () => ({
    status: 200,
    word: 'ok',
  });
  /** The error word of `views.open`, when it is to fail. */
  viewError: string | undefined;
  /** What filling a dialog is answered with; `undefined` fills it. */
  viewUpdateError: string | undefined;
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
        const url = request.url ?? '';
        if (url.startsWith('/response/')) standIn.takeResponse(url.slice('/response/'.length), body, response);
        else standIn.answer(url, token, new URLSearchParams(body), response);
      });
    });
    const standIn = new SlackStandIn(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/`;
  }

  /** A response URL of this stand-in. */
  responseUrl(name: string): string {
    return this.apiUrl.replace('/api/', `/response/${name}`);
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
    if (url === '/api/views.open' || url === '/api/views.update') return this.openView(url, fields, response);
    if (url === '/api/chat.update') return this.update(token, fields, response);
    if (url === '/api/chat.unfurl') return this.unfurl(fields, response);
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
    this.carryOut(reaction, message, response);
  }

  private unfurl(fields: URLSearchParams, response: ServerResponse): void {
    this.unfurls.push(Object.fromEntries(fields));
    const error = this.refuseUnfurl(fields.get('unfurls') ?? '');
    send(response, error === undefined ? { ok: true } : { ok: false, error });
  }

  private carryOut(reaction: SlackReaction, message: Omit<PostedMessage, 'ts'>, response: ServerResponse): void {
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

  private takeResponse(name: string, body: string, response: ServerResponse): void {
    const { status, word } = this.answerResponse(name);
    if (status < 300) this.responses.push({ name, body: JSON.parse(body) as PostedResponse['body'] });
    response.writeHead(status).end(word);
  }

  /** A dialog is replaced by its external id, or opened by a trigger that is good for once. */
  private openView(url: string, fields: URLSearchParams, response: ServerResponse): void {
    const view = JSON.parse(fields.get('view') ?? '{}') as OpenedView['view'];
    const externalId = fields.get('external_id');
    const open = this.views.findIndex((each) => each.view['external_id'] === externalId);
    if (url === '/api/views.update') {
      if (this.viewUpdateError !== undefined) return send(response, { ok: false, error: this.viewUpdateError });
      if (open < 0) return send(response, { ok: false, error: 'not_found' });
      this.views[open] = { triggerId: this.views[open]?.triggerId ?? '', view };
      return send(response, { ok: true });
    }
    const triggerId = fields.get('trigger_id') ?? '';
    if (this.viewError !== undefined) return send(response, { ok: false, error: this.viewError });
    if (this.views.some((each) => each.triggerId === triggerId))
      return send(response, { ok: false, error: 'exchanged_trigger_id' });
    this.views.push({ triggerId, view });
    send(response, { ok: true });
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
