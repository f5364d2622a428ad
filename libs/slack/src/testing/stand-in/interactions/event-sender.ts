import { randomBytes } from 'node:crypto';
import { sendToApp } from '../gateway-sender';
import type { AppAddress } from '../gateway-sender';
import { APP_ID } from './actor';

/** Almost at once, after a minute, after five (spec: slack.md §7.5). */
const RETRY_DELAYS_MS = [50, 60_000, 300_000];
const WAITING_MAX = 1_000;

/** Sends events, and repeats those that no 2xx answered. */
export class EventSender {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly app: () => AppAddress) {}

  /** Does not wait for the answer, as Slack's people do not. */
  send(teamId: string, event: object): void {
    const eventId = `Ev${randomBytes(6).toString('hex').toUpperCase()}`;
    const body = JSON.stringify({
      ...{ token: 'deprecated', team_id: teamId, api_app_id: APP_ID, event, type: 'event_callback' },
      ...{ event_id: eventId, event_time: Math.floor(Date.now() / 1000) },
      authorizations: [{ enterprise_id: null, team_id: teamId, user_id: 'U0BOT', is_bot: true }],
    });
    void this.attempt(body, 0, '');
  }

  /** Forgets what waits to be repeated. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private async attempt(body: string, retry: number, reason: string): Promise<void> {
    const headers = retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
    const answer = await sendToApp(this.app(), 'event', body, headers as Record<string, string>);
    const isDone = answer.kind === 'answered' && (answer.status < 300 || !answer.mayRetry);
    const delayMs = RETRY_DELAYS_MS[retry];
    if (isDone || delayMs === undefined || this.timers.size >= WAITING_MAX) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.attempt(body, retry + 1, answer.kind === 'failed' ? answer.reason : 'http_error');
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }
}
