import type { AdminClient } from '../gateway-client';
import type { Output } from '../output';
import { table } from '../table';

/** Conditions as the command line takes them. */
export interface SelectionOptions {
  readonly mailbox?: string;
  readonly provider?: string;
  readonly region?: string;
  readonly integration?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

interface Webhook {
  readonly id: string;
  readonly mailbox: string;
  readonly receivedAt: string;
  readonly attempts: number;
  readonly reason?: string;
  readonly status?: number | null;
}

/** The selection of the admin API; `1h`, `30m`, `2d` are times ago. */
export function selectionOf(options: SelectionOptions, nowMs = Date.now()): Record<string, string> {
  const { integration, since, until, mailbox, provider, region, reason } = options;
  const all = {
    mailbox,
    provider,
    region,
    reason,
    integrationId: integration,
    since: since && timeOf(since, nowMs),
    until: until && timeOf(until, nowMs),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function timeOf(text: string, nowMs: number): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count === undefined ? text : new Date(nowMs - Number(count) * (UNITS[unit] ?? 0)).toISOString();
}

const read = async (client: AdminClient, list: string, options: SelectionOptions): Promise<readonly Webhook[]> => {
  const query = new URLSearchParams({ ...selectionOf(options), limit: options.limit ?? '100' });
  return (await client.call<{ items: readonly Webhook[] }>('GET', `${list}?${query}`)).items;
};

const rowsOf = (webhooks: readonly Webhook[]) =>
  webhooks.map(({ id, mailbox, receivedAt, attempts, reason, status }) => [
    id,
    mailbox,
    receivedAt,
    attempts,
    reason,
    status,
  ]);
const HEAD = ['id', 'mailbox', 'received', 'attempts', 'reason', 'status'];

/** "What failed since then": dead letters. */
export async function failed(client: AdminClient, options: SelectionOptions, output: Output): Promise<void> {
  const items = await read(client, 'dead-letters', options);
  output.show({ items }, () => table(HEAD, rowsOf(items), 'Nothing failed.'));
}

/** "What has this region never got": what waits, and what died. */
export async function undelivered(client: AdminClient, options: SelectionOptions, output: Output): Promise<void> {
  const { reason: _reason, ...conditions } = options;
  const [waiting, dead] = await Promise.all([
    read(client, 'waiting', conditions),
    read(client, 'dead-letters', conditions),
  ]);
  const items = [...waiting.map((webhook) => ({ ...webhook, reason: 'waiting' })), ...dead];
  output.show({ items }, () => table(HEAD, rowsOf(items), 'Everything was delivered.'));
}
