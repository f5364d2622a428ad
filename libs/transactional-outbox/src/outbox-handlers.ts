import type { OutboxCategory } from './category';
import type { OutboxShard } from './outbox-message';

/** What a handler gets: the newest row of a coalescing group. */
export interface HandledMessage extends OutboxShard {
  readonly id: string;
  readonly category: OutboxCategory;
  readonly objectIdentifier: string;
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  readonly addedAtMs: number;
  /** Aborted when the time of a handler is over; the group is then tried again later. */
  readonly signal: AbortSignal;
}

/**
 * Carries a change to where it must be known. It is called outside any transaction, at least once for each newest state,
 * so it must be idempotent; throwing keeps the rows and backs the shard off.
 */
export type OutboxHandler = (message: HandledMessage) => Promise<void>;

/** Which code handles which category; filled while the app starts. */
export class OutboxHandlers {
  private readonly handlers = new Map<OutboxCategory, OutboxHandler>();

  /** @throws Error when the category has a handler already */
  register(category: OutboxCategory, handler: OutboxHandler): void {
    if (this.handlers.has(category)) throw new Error(`the outbox category ${category} has two handlers`);
    this.handlers.set(category, handler);
  }

  find(category: OutboxCategory): OutboxHandler | undefined {
    return this.handlers.get(category);
  }
}
