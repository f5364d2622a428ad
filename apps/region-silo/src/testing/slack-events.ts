import type { DomainKit } from './domain-kit';
import type { KitAnswer, KitRequest } from './region-kit';
import { slackRequest } from './slack-requests';

const WAIT_MS = 10_000;
let serial = 0;

/** Sends an event of workspace 1, in an envelope with an id of its own. */
export function sendEvent(
  kit: DomainKit,
  event: object,
  rest: KitRequest & { eventId?: string } = {},
): Promise<KitAnswer> {
  serial += 1;
  const { eventId = `Ev${serial}`, ...others } = rest;
  const envelope = { type: 'event_callback', team_id: 'T001', event_id: eventId, event };
  return kit.region.deliver(slackRequest('event', JSON.stringify(envelope), { integrationId: '1', ...others }));
}

/** Somebody writes to the app. */
export const say = (kit: DomainKit, text: string, more: object = {}): Promise<KitAnswer> =>
  sendEvent(kit, { type: 'message', channel: 'D1', user: 'U1', ts: '1700.5', text, ...more });

/** Types a slash command in a channel. */
export function typeCommand(kit: DomainKit, text: string, more: Record<string, string> = {}): Promise<KitAnswer> {
  const place = { team_id: 'T001', user_id: 'U1', channel_id: 'C1', channel_name: 'alerts' };
  const body = new URLSearchParams({ ...place, command: '/switchyard', text, ...more }).toString();
  return kit.region.deliver(slackRequest('commands', body, { integrationId: '1' }));
}

/** Resolves when nothing waits to be done in Slack for events. */
export async function eventsSettled({ region }: DomainKit): Promise<void> {
  const endsAt = performance.now() + WAIT_MS;
  for (;;) {
    const { rowCount } = await region.pool.query('SELECT FROM slack_event_work');
    if (rowCount === 0) return;
    if (performance.now() > endsAt) throw new Error(`${rowCount} events wait still`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
