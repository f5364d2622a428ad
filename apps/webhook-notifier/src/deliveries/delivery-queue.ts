/** BullMQ queue of deliveries that are to be looked at when their time has come. Hints: each can be lost, doubled or late. */
export const DELIVERY_QUEUE = 'app-deliveries';

/** A job of {@link DELIVERY_QUEUE}. */
export interface DeliveryHint {
  readonly id: string;
  readonly appId: string;
}
