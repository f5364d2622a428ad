import { counter } from '@switchyard/telemetry';
import { LogLevel, WebClient } from '@slack/web-api';
import type { SlackAnswer } from './slack-answer';

/** A block of a message; Slack's own form. */
export type SlackBlock = Readonly<Record<string, unknown>>;

/** A message to a channel, or below another one. */
export interface SlackPost {
  readonly token: string;
  readonly channel: string;
  readonly text: string;
  readonly blocks?: readonly SlackBlock[];
  readonly threadTs?: string;
  /** Shown in the channel as well as in the thread. */
  readonly isBroadcast?: boolean;
  /** Finds the message again: event type and small payload. */
  readonly metadata?: { readonly eventType: string; readonly payload: Readonly<Record<string, string>> };
}

/** What links of a message become. */
export interface SlackUnfurl {
  readonly token: string;
  readonly place:
    { readonly channel: string; readonly ts: string } | { readonly source: string; readonly unfurlId: string };
  /** By the link as Slack told it. No texts: Slack refuses them here. */
  readonly unfurls: Readonly<Record<string, { readonly blocks: readonly object[] }>>;
}

/** What of a thread is looked at: texts are not. */
export interface ThreadMessage {
  readonly ts: string;
  readonly eventType: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 10_000;
/** Errors of a connection that came before anything was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const THREAD_LIMIT = 200;
const CLIENTS_MAX = 500;
const CAUSES_MAX = 5;

const callsTotal = counter({
  name: 'switchyard_slack_api_calls_total',
  help: 'Calls of the Slack Web API, by method and how they ended: ok, error, no_answer.',
  labels: ['method', 'result'],
});

/**
 * Slack's Web API, as far as we need it. It tries once, waits for nothing and throws nothing: how a call ended is a value, and repeating is
 * the caller's business (slack.md §9.2).
 */
export class SlackApi {
  /** By token, the least lately used first: given with each call, a token would stand in the body too. */
  private readonly clients = new Map<string, WebClient>();

  /** @param baseUrl ends with a slash, such as `https://slack.com/api/` */
  constructor(private readonly baseUrl: string) {}

  /** Links in it are not unfurled. */
  post({ token, channel, text, blocks, threadTs, isBroadcast, metadata }: SlackPost): Promise<SlackAnswer> {
    return this.call(token, 'chat.postMessage', {
      channel,
      text,
      unfurl_links: false,
      unfurl_media: false,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      ...(isBroadcast === true ? { reply_broadcast: true } : {}),
      ...partsOf({ blocks, metadata }),
    });
  }

  /** Puts another text in the place of a message of the app's own. */
  update({ token, channel, ts, text, blocks, metadata }: SlackPost & { readonly ts: string }): Promise<SlackAnswer> {
    return this.call(token, 'chat.update', { channel, ts, text, ...partsOf({ blocks: blocks ?? [], metadata }) });
  }

  /** Shows links of a message as something more: the message is there, or is being written still. */
  unfurl({ token, place, unfurls }: SlackUnfurl): Promise<SlackAnswer> {
    const where =
      'unfurlId' in place
        ? { source: place.source, unfurl_id: place.unfurlId }
        : { channel: place.channel, ts: place.ts };
    return this.call(token, 'chat.unfurl', { ...where, unfurls });
  }

  /** Opens a dialog; the trigger is good for three seconds, once. */
  openView(token: string, triggerId: string, view: object): Promise<SlackAnswer> {
    return this.call(token, 'views.open', { trigger_id: triggerId, view });
  }

  /** Puts another dialog in the place of the one that was opened with this external id. */
  updateView(token: string, externalId: string, view: object): Promise<SlackAnswer> {
    return this.call(token, 'views.update', { external_id: externalId, view });
  }

  /** `undefined` when the thread may not be read, or there was no answer. */
  async thread(token: string, channel: string, ts: string): Promise<readonly ThreadMessage[] | undefined> {
    try {
      const answer: object = await this.clientOf(token).apiCall('conversations.replies', {
        channel,
        ts,
        limit: THREAD_LIMIT,
        include_all_metadata: true,
      });
      callsTotal.inc({ method: 'conversations.replies', result: 'ok' });
      return readThread((answer as { messages?: unknown }).messages);
    } catch {
      callsTotal.inc({ method: 'conversations.replies', result: 'error' });
      return undefined;
    }
  }

  private clientOf(token: string): WebClient {
    const client =
      this.clients.get(token) ??
      new WebClient(token, {
        slackApiUrl: this.baseUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: TIMEOUT_MS,
        allowAbsoluteUrls: false,
        fetch: fetchOrSay,
        // What went wrong is a value; its warnings would say it twice, and outside of our log.
        logLevel: LogLevel.ERROR,
      });
    this.clients.delete(token);
    this.clients.set(token, client);
    const [oldest] = this.clients.keys();
    if (this.clients.size > CLIENTS_MAX && oldest !== undefined) this.clients.delete(oldest);
    return client;
  }

  private async call(token: string, method: string, parameters: Record<string, unknown>): Promise<SlackAnswer> {
    try {
      const answer = await this.clientOf(token).apiCall(method, parameters);
      callsTotal.inc({ method, result: 'ok' });
      const { ts } = answer as { ts?: unknown };
      return { kind: 'ok', ts: typeof ts === 'string' ? ts : undefined };
    } catch (error) {
      const answer = answerOf(error);
      callsTotal.inc({ method, result: answer.kind });
      return answer;
    }
  }
}

function partsOf({ blocks, metadata }: Pick<SlackPost, 'blocks' | 'metadata'>): Record<string, unknown> {
  return {
    ...(blocks === undefined ? {} : { blocks }),
    ...(metadata === undefined
      ? {}
      : { metadata: { event_type: metadata.eventType, event_payload: metadata.payload } }),
  };
}

/** The socket's word is deep in an error that the client replaces: it is brought to the top. */
async function fetchOrSay(...parameters: Parameters<typeof fetch>): Promise<Response> {
  try {
    return await fetch(...parameters);
  } catch (cause) {
    throw Object.assign(new Error('no answer', { cause }), { code: causeOf(cause) });
  }
}

interface ClientError {
  readonly code?: string;
  readonly data?: { readonly error?: unknown };
  readonly retryAfter?: number;
  readonly statusCode?: number;
}

/** The client's errors, by its codes. */
function answerOf(error: unknown): SlackAnswer {
  const { code, data, retryAfter, statusCode } = error as ClientError;
  if (code === 'slack_webapi_platform_error')
    return { kind: 'error', error: String(data?.error ?? 'unknown'), status: 200 };
  if (code === 'slack_webapi_rate_limited_error') {
    const pause = retryAfter === undefined ? {} : { retryAfterS: retryAfter };
    return { kind: 'error', error: 'ratelimited', status: 429, ...pause };
  }
  if (code === 'slack_webapi_http_error') return { kind: 'error', error: 'http', status: statusCode ?? 500 };
  const cause = causeOf(error) ?? 'unknown';
  return { kind: 'no_answer', wasSent: !NOT_SENT.has(cause), detail: cause };
}

/** The socket's own word lies a few errors deep. */
function causeOf(error: unknown): string | undefined {
  let current: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX && typeof current === 'object' && current !== null; depth += 1) {
    const { code, original, cause } = current as { code?: unknown; original?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^E[A-Z]/.test(code)) return code;
    current = original ?? cause;
  }
  return undefined;
}

function readThread(messages: unknown): readonly ThreadMessage[] {
  if (!Array.isArray(messages)) return [];
  return messages.map((message: unknown) => {
    const { ts, metadata } = message as {
      ts?: unknown;
      metadata?: { event_type?: unknown; event_payload?: unknown };
    };
    const payload = metadata?.event_payload;
    return {
      ts: String(ts),
      eventType: typeof metadata?.event_type === 'string' ? metadata.event_type : undefined,
      payload: typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {},
    };
  });
}
