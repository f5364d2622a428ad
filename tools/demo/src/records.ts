import type { FleetDescription } from '@switchyard/fleet';

/** A delivery as the gateway records it. */
export interface GatewayRecord {
  readonly storedWebhookId: string;
  readonly region: string;
  readonly providerDeliveryId: string | null;
  readonly outcome: string;
  readonly receivedAt: string;
  readonly finishedAt: string;
}

/** A delivery as its region records it. */
export interface RegionRecord {
  readonly deliveryId: string;
  readonly providerDeliveryId: string | null;
  readonly bodySha256: string;
  readonly outcome: string;
  readonly receivedAt: string;
}

/** Everything recorded since the demo began. */
export interface Records {
  readonly gateway: readonly GatewayRecord[];
  /** By region. */
  readonly regions: ReadonlyMap<string, readonly RegionRecord[]>;
  /** Why the records of some regions could not be read, one sentence each. */
  readonly unreadable: readonly string[];
}

/** Sums over the gateway's mailboxes. */
export interface MailboxTotals {
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
  /** The mailbox that has waited longest, and when it is tried again; a region that failed is left alone for a while. */
  readonly longestWaiting?: { readonly mailbox: string; readonly dueAt: string | null };
}

const PAGE = 500;
const TIMEOUT_MS = 10_000;

interface Page {
  readonly totals: MailboxTotals;
  readonly items: readonly NonNullable<MailboxTotals['longestWaiting']>[];
}

/** Reads how many stored webhooks wait, and how many ended how. */
export async function readTotals({ addresses, adminToken }: FleetDescription): Promise<MailboxTotals> {
  const answer = await readJson<Page>(`${addresses.gateway}/admin/api/mailboxes?limit=1`, adminToken);
  return { ...answer.totals, longestWaiting: answer.items[0] };
}

/** Reads the records since `sinceMs` from the admin APIs, newest first, page by page. */
export async function readRecords({ addresses, adminToken }: FleetDescription, sinceMs: number): Promise<Records> {
  const read = async <Item>(url: string): Promise<readonly Item[]> =>
    (await readJson<{ items: Item[] }>(url, adminToken)).items;
  const gateway = await pages<GatewayRecord>(
    (last) =>
      read(`${addresses.gateway}/admin/api/deliveries?limit=${PAGE}${last ? `&before=${last.storedWebhookId}` : ''}`),
    sinceMs,
  );
  const regions = new Map<string, readonly RegionRecord[]>();
  const unreadable: string[] = [];
  for (const [name, address] of Object.entries(addresses.regions)) {
    const url = `${address}/admin/api/deliveries?limit=${PAGE}`;
    const items = pages<RegionRecord>(
      (last) => read(`${url}${last ? `&after=${encodeURIComponent(last.deliveryId)}` : ''}`),
      sinceMs,
    );
    // A region that is down is something to report, not a reason to stop.
    const readable = await items.catch((error: Error) => {
      unreadable.push(`the records of region ${name} could not be read: ${error.message}`);
      return [];
    });
    regions.set(name, readable);
  }
  return { gateway, regions, unreadable };
}

async function readJson<Answer>(url: string, adminToken: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: Error) => {
    throw new Error(`${url} did not answer: ${error.message}`);
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Answer;
}

async function pages<Item extends { readonly receivedAt: string }>(
  read: (last: Item | undefined) => Promise<readonly Item[]>,
  sinceMs: number,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (;;) {
    const page = await read(all.at(-1));
    all.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined || Date.parse(last.receivedAt) < sinceMs) break;
  }
  return all.filter(({ receivedAt }) => Date.parse(receivedAt) >= sinceMs);
}
