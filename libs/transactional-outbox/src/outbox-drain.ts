/*
 * Brings the changes of one shard to their handlers, in order, outside any transaction.
 *
 * A drain holds a claim that expires. It reads a group (the rows of one object and category), calls the handler with the
 * newest, deletes the older rows and then the newest. What a `kill -9` leaves, wherever it strikes:
 *   before the handler has ended: all rows, and a claim that expires; the group is handled again.
 *   between handler and deletion: the same; handlers are idempotent.
 *   between the two deletions:    the newest row, which is handled once more; never an older one.
 * A row that is written meanwhile has a higher id than the representative and survives.
 */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { categoryOfNumber } from './category';
import { OutboxHandlers } from './outbox-handlers';
import { shardName } from './outbox-message';
import type { OutboxShard } from './outbox-message';
import { OutboxStore } from './outbox.store';
import type { OutboxGroup, ShardClaim } from './outbox.store';
import { outboxFailures, outboxLagSeconds, outboxProcessed } from './transactional-outbox.metrics';
import { TRANSACTIONAL_OUTBOX_SETTINGS } from './transactional-outbox.settings';
import type { TransactionalOutboxSettings } from './transactional-outbox.settings';

/** How a drain ended: `busy` also stands for an empty shard. */
export type DrainEnd = 'drained' | 'busy' | 'failed' | 'disabled';

@Injectable()
export class OutboxDrain {
  constructor(
    private readonly store: OutboxStore,
    private readonly handlers: OutboxHandlers,
    @Inject(TRANSACTIONAL_OUTBOX_SETTINGS) private readonly settings: TransactionalOutboxSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** After a commit: only the rows that are there now, and no backoff for them. */
  async flush(shard: OutboxShard): Promise<DrainEnd> {
    const upToId = await this.store.highestId(shard);
    return upToId === undefined ? 'drained' : this.run(shard, { backsOff: false, upToId });
  }

  /** By the sweeper: backs the shard off first, then drains all of it. */
  async drain(shard: OutboxShard): Promise<DrainEnd> {
    return this.run(shard, { backsOff: true });
  }

  private async run(shard: OutboxShard, options: { backsOff: boolean; upToId?: string }): Promise<DrainEnd> {
    const claim = await this.store.prepare(shard, randomUUID(), this.settings.claimMs, options);
    if (claim === undefined) return 'busy';
    try {
      return await this.handleAll(claim, !options.backsOff);
    } finally {
      await this.store.release(claim);
    }
  }

  private async handleAll(claim: ShardClaim, isSynchronous: boolean): Promise<DrainEnd> {
    for (;;) {
      const group = await this.store.nextGroup(claim, this.settings.claimMs);
      if (group === undefined) return 'drained';
      const end = await this.handleGroup(claim.shard, group, isSynchronous);
      if (end !== 'handled') return end;
    }
  }

  private async handleGroup(
    shard: OutboxShard,
    group: OutboxGroup,
    isSynchronous: boolean,
  ): Promise<'handled' | 'failed' | 'disabled'> {
    const category = categoryOfNumber(group.category);
    if (this.settings.disabledShards.has(`${shard.scope}:${shard.shardIdentifier}`)) {
      await this.store.deleteOlder(shard, group);
      return 'disabled';
    }
    try {
      const handler = category === undefined ? undefined : this.handlers.find(category);
      if (category === undefined || handler === undefined) throw new Error('the category has no handler here');
      await within(this.settings.handlerTimeoutMs, (signal) => handler({ ...shard, ...group, category, signal }));
    } catch (error) {
      outboxFailures.inc({ category: category ?? 'unknown' });
      const details = { error: describeError(error), shard: shardName(shard), category };
      this.logger.warn(details, 'outbox_handler.failed');
      return 'failed';
    }
    const older = await this.store.deleteOlder(shard, group);
    await this.store.delete(group.id);
    outboxProcessed.inc({ category, synchronous: String(isSynchronous) }, older + 1);
    outboxLagSeconds.observe({ category }, Math.max(0, this.clock.now() - group.oldestAddedAtMs) / 1000);
    return 'handled';
  }
}

/** A handler that does not listen to its signal is left behind; what it may still do must be idempotent anyway. */
async function within(timeoutMs: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the handler took too long'));
      controller.abort();
    }, timeoutMs);
  });
  try {
    await Promise.race([work(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
