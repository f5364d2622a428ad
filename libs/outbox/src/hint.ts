/** Name of the BullMQ queue that carries hints. */
export const HINT_QUEUE = 'stored-webhook-hints';

/** A hint: these mailboxes have rows. It may be lost, doubled or late. */
export interface HintJob {
  readonly mailboxes: readonly string[];
}
