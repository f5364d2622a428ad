/** A request to be stored: the same bytes go to each region, in a mailbox of its own. */
export interface NewStoredWebhook {
  readonly provider: string;
  readonly integrationId?: string;
  readonly providerDeliveryId: string | undefined;
  readonly eventType: string | undefined;
  /** What its order within the mailbox depends on; with everything in it when absent. */
  readonly orderKey?: string;
  readonly requestId: string;
  readonly isVerified: boolean;
  /** A shorter limit than the gateway's own; the payload is then never kept beyond it, not even as a dead letter. */
  readonly maxAgeMs: number | undefined;
  readonly method: string;
  /** Path with query, as it came. */
  readonly path: string;
  /** Name, value, name, value, … in the order they came, already without hop-by-hop headers. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly destinations: readonly Destination[];
}

/** One row: the mailbox of one region. */
export interface Destination {
  readonly region: string;
  readonly mailbox: string;
}

/** A row that a drain has taken. */
export interface TakenWebhook {
  readonly id: string;
  readonly region: string;
  readonly provider: string;
  readonly integrationId: string | undefined;
  readonly providerDeliveryId: string | undefined;
  readonly eventType: string | undefined;
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly isExpired: boolean;
  readonly isVerified: boolean;
  /** Attempts, the coming one included. */
  readonly attempts: number;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly bodySha256Hex: string;
  readonly lane: number | undefined;
  /** The trace in which it was received; absent for rows from before there were traces. */
  readonly traceparent?: string;
}

/** How a stored webhook ended; a closed set, kept in the `delivery` table and used as a metric label. */
export type DeliveryOutcome =
  | 'delivered'
  | 'rejected_bad_request'
  | 'rejected_unauthorized'
  | 'rejected_forbidden'
  | 'rejected_not_found'
  | 'rejected_conflict'
  | 'attempts_exceeded'
  | 'discarded'
  | 'expired'
  | 'unreadable';

/** The idempotency key of a stored webhook towards its region: the same for every attempt. */
export const deliveryIdOf = (storedWebhookId: string): string => `w-${storedWebhookId}`;
