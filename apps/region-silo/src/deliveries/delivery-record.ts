/** What a record says of a delivery. */
export type RecordedOutcome = 'handled' | 'ignored' | 'rejected' | 'duplicate';

/** A row of `webhook_delivery`, before it is written. */
export interface DeliveryRecord {
  /** Given by the gateway, the same over all attempts. */
  readonly deliveryId: string;
  readonly providerDeliveryId: string | undefined;
  readonly provider: string;
  readonly view: string;
  readonly eventType: string | undefined;
  readonly integrationId: string | undefined;
  readonly bodySha256: Buffer;
  readonly bodyBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAtMs: number;
  readonly handledAtMs: number;
  readonly outcome: Exclude<RecordedOutcome, 'duplicate'>;
  readonly status: number;
}
