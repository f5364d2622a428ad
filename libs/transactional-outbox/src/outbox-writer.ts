import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import type { OutboxMessage, OutboxShard } from './outbox-message';
import { OutboxScheduler } from './outbox-scheduler';
import { OutboxStore } from './outbox.store';
import { outboxSaved } from './transactional-outbox.metrics';

/** Writes a message in the transaction that it was made for. */
export type Enqueue = (message: OutboxMessage) => Promise<string>;

/** Writes changes for other silos together with the change itself. */
@Injectable()
export class OutboxWriter {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly store: OutboxStore,
    private readonly scheduler: OutboxScheduler,
  ) {}

  /**
   * Writes a message in the caller's transaction and returns its id. After the commit, {@link announce} makes it quick;
   * without that the sweeper finds it.
   *
   * @throws InvalidOutboxError
   */
  async enqueue(transaction: Transaction, message: OutboxMessage): Promise<string> {
    const id = await this.store.insert(transaction, message);
    outboxSaved.inc({ category: message.category });
    return id;
  }

  /** Hint that a committed transaction left rows in the shard. */
  announce(shard: OutboxShard): void {
    this.scheduler.announce(shard);
  }

  /** Runs `work` in one transaction, and announces what it enqueued once that is committed. */
  async transaction<Result>(work: (transaction: Transaction, enqueue: Enqueue) => Promise<Result>): Promise<Result> {
    const shards: OutboxShard[] = [];
    const result = await inTransaction(this.pool, (transaction) =>
      work(transaction, async (message) => {
        const id = await this.enqueue(transaction, message);
        shards.push(message);
        return id;
      }),
    );
    for (const shard of shards) this.announce(shard);
    return result;
  }
}
