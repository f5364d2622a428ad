import type { FleetDescription } from '@switchyard/fleet';

/** Somebody in a workspace. */
export interface Somebody {
  readonly teamId: string;
  readonly userId: string;
}

/** A message of the stand-in. */
export interface SeenMessage {
  readonly teamId: string;
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly threadTs?: string;
  readonly blocks: readonly object[];
  readonly warning?: string;
}

/** What came to a response URL. */
export interface PostedAnswer {
  readonly path: string;
  readonly body: string;
}

const TIMEOUT_MS = 10_000;

/** What the stand-in of Slack does and knows, asked over HTTP: it belongs to the fleet. */
export class SlackControl {
  constructor(private readonly fleet: FleetDescription) {}

  messages(teamId: string, channel: string): Promise<readonly SeenMessage[]> {
    return this.ask('GET', `messages?${new URLSearchParams({ teamId, channel }).toString()}`);
  }

  views({ teamId, userId }: Somebody): Promise<readonly { readonly id: string; readonly view: object }[]> {
    return this.ask('GET', `views?${new URLSearchParams({ teamId, userId }).toString()}`);
  }

  responsePosts(): Promise<readonly PostedAnswer[]> {
    return this.ask('GET', 'response-posts');
  }

  /** A response URL as Slack gives one with a click or a command. */
  issueResponseUrl(
    kind: 'actions' | 'commands',
    target: Somebody & { readonly channel: string },
  ): Promise<{ readonly url: string; readonly path: string }> {
    return this.ask('POST', 'response-urls', { ...target, kind });
  }

  /** As if somebody did it on the page: `click`, `options`, `say`, `submit`. */
  act<Answer>(
    name: 'click' | 'options' | 'say' | 'submit',
    given: Somebody & Readonly<Record<string, unknown>>,
  ): Promise<Answer> {
    return this.ask('POST', name, given);
  }

  private async ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.fleet.addresses.slack}/_control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the stand-in of Slack answered ${response.status} to ${path}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }
}
