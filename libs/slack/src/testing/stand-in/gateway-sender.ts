import { createHmac } from 'node:crypto';

/** Where the app listens, and what Slack signs with. */
export interface AppAddress {
  /** `http://127.0.0.1:3000` */
  readonly origin: string;
  readonly signingSecret: string;
}

/** The four addresses of an app. */
export type AppPath = 'action' | 'commands' | 'event' | 'options-load';

/** How the app answered within Slack's three seconds. */
export type AppAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string; readonly mayRetry: boolean }
  | { readonly kind: 'failed'; readonly reason: 'connection_failed' | 'http_timeout' };

/** Spec: slack.md Appendix A. */
const PATIENCE_MS = 3_000;
const ANSWER_CHARS = 256 * 1024;

/** Slack's signature over the bytes of a body (spec: slack.md §4.4), written after Slack's documents. */
function sign(body: string, timestamp: string, secret: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Sends a request as Slack does, signed, and waits for three seconds. */
export async function sendToApp(
  { origin, signingSecret }: AppAddress,
  path: AppPath,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<AppAnswer> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  try {
    const response = await fetch(`${origin}/extensions/slack/${path}/`, {
      method: 'POST',
      headers: {
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        accept: 'application/json,*/*',
        'content-type': path === 'event' ? 'application/json' : 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': sign(body, timestamp, signingSecret),
        ...headers,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = (await response.text()).slice(0, ANSWER_CHARS);
    const mayRetry = response.headers.get('x-slack-no-retry') !== '1';
    return { kind: 'answered', status: response.status, text, mayRetry };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    return { kind: 'failed', reason: isLate ? 'http_timeout' : 'connection_failed' };
  }
}

/** A form with a payload, as interactive requests have it. */
export const payloadForm = (payload: object): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

/** Whether an app has taken a request. */
export const isTaken = (answer: AppAnswer): answer is AppAnswer & { kind: 'answered' } =>
  answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;
