import { serveStandIn, StandInCore } from './stand-in';
import type { AppAddress, Json, SlackReaction, StoredMessage } from './stand-in';
import type { StateOptions } from './stand-in/slack-state';
import type { OfferedMessage } from './stand-in/web-api';

/** A message that Slack took. */
export type PostedMessage = StoredMessage;

/** What was posted to a response URL. */
export interface PostedResponse {
  /** The last part of the URL. */
  readonly name: string;
  readonly body: Json;
}

/** A dialog that is open. */
export interface OpenedView {
  readonly triggerId: string;
  readonly view: Json;
}

/**
 * Slack for specs: the whole stand-in, open unless a spec says otherwise. Open means that every token has a workspace and every channel
 * exists; what is said in them is checked all the same. Mocks stand only at the HTTP boundary.
 */
export class SlackStandIn {
  readonly responses: PostedResponse[] = [];
  /** Asked for each message to a {@link responseUrl}: the status and Slack's word. */
  answerResponse: (name: string) => { readonly status: number; readonly word: string } = () => ({
    status: 200,
    word: 'ok',
  });
  /** Calls of `chat.unfurl`, taken or not; the messages that they are about are a spec's invention. */
  readonly unfurls: Readonly<Record<string, string>>[] = [];
  /** The error word for a call of `chat.unfurl`, or `undefined` to take it. */
  refuseUnfurl: (unfurls: string) => string | undefined = () => undefined;

  private constructor(
    readonly core: StandInCore,
    private readonly server: { readonly origin: string; stop(): Promise<void> },
  ) {}

  static async start(options: StateOptions & { readonly app?: AppAddress } = {}): Promise<SlackStandIn> {
    const core = new StandInCore({ isOpen: true, ...options });
    const standIn = new SlackStandIn(core, await serveStandIn(core));
    core.takeNamedResponse = (name, body) => standIn.takeResponse(name, body);
    core.api.answers.set('chat.unfurl', (given) => standIn.takeUnfurl(given.fields));
    return standIn;
  }

  get origin(): string {
    return this.server.origin;
  }

  get apiUrl(): string {
    return `${this.server.origin}/api/`;
  }

  /** All of them, in order; a spec may take some away. */
  get messages(): StoredMessage[] {
    return this.core.state.world.messages;
  }

  /** Posts and edits that came, taken or not. */
  get posts(): number {
    return this.core.api.posts;
  }

  /** Asked for each post; `ok` takes it. */
  set react(react: (message: OfferedMessage, index: number) => SlackReaction) {
    this.core.api.react = react;
  }

  /** Whether the app may read threads. */
  set mayRead(mayRead: boolean) {
    this.core.api.mayRead = mayRead;
  }

  /** The error word of the next `views.open`. */
  set viewError(error: string) {
    this.core.api.faults.add({ method: 'views.open', reaction: { error }, times: 1 });
  }

  /** The error word of the next `views.update`. */
  set viewUpdateError(error: string) {
    this.core.api.faults.add({ method: 'views.update', reaction: { error }, times: 1 });
  }

  /** Dialogs that are open. A spec may put one there, as control does. */
  get views(): OpenedView[] {
    return this.core.state.views.all;
  }

  /** A response URL whose answers a spec decides. */
  responseUrl(name: string): string {
    return `${this.server.origin}/response/${name}`;
  }

  /** Replies below a message, in order. */
  thread(channel: string, ts: string): readonly StoredMessage[] {
    return this.messages.filter((message) => message.channel === channel && message.threadTs === ts);
  }

  private takeResponse(name: string, body: string): { readonly status: number; readonly word: string } {
    const answer = this.answerResponse(name);
    if (answer.status < 300) this.responses.push({ name, body: JSON.parse(body) as Json });
    return answer;
  }

  private takeUnfurl(fields: Readonly<Record<string, string>>): Json {
    this.unfurls.push(fields);
    const error = this.refuseUnfurl(fields['unfurls'] ?? '');
    return error === undefined ? { ok: true } : { ok: false, error };
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
