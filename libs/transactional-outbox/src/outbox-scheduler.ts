/*
 * Decides when shards are drained: at once after a commit in this process (the hint), and in rounds for whatever no hint
 * announced. Hints beyond the limit are dropped, as are those of a process that dies: the next round finds their rows.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { RANDOM } from '@switchyard/primitives';
import type { RandomSource } from '@switchyard/primitives';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OutboxDrain } from './outbox-drain';
import { shardName } from './outbox-message';
import type { OutboxShard } from './outbox-message';
import { OutboxStore } from './outbox.store';
import { outboxDueShards, outboxSweeps } from './transactional-outbox.metrics';
import { TRANSACTIONAL_OUTBOX_SETTINGS } from './transactional-outbox.settings';
import type { TransactionalOutboxSettings } from './transactional-outbox.settings';

/** Shards of one round; what is left comes with the next. */
const SHARDS_PER_SWEEP = 500;
/** Hints that wait; more than these and sweeping is the quicker way anyway. */
const WAITING_MAX = 10_000;

@Injectable()
export class OutboxScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly waiting = new Map<string, OutboxShard>();
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<unknown> | undefined;
  private isStopped = false;

  constructor(
    private readonly store: OutboxStore,
    private readonly drain: OutboxDrain,
    @Inject(TRANSACTIONAL_OUTBOX_SETTINGS) private readonly settings: TransactionalOutboxSettings,
    @Inject(RANDOM) private readonly random: RandomSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.isDrainEnabled) this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.waiting.clear();
    await this.round;
    await this.settled();
  }

  /** Hint: the shard has new rows. Never throws and never waits. */
  announce(shard: OutboxShard): void {
    if (this.isStopped || !this.settings.isDrainEnabled || this.waiting.size >= WAITING_MAX) return;
    this.waiting.set(shardName(shard), shard);
    this.startHinted();
  }

  /** Resolves when no hinted drain runs any more. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** One round over everything due. Returns the number of shards found. */
  async sweep(): Promise<number> {
    const shards = await this.store.dueShards(SHARDS_PER_SWEEP);
    outboxDueShards.set(shards.length);
    const queue = [...shards];
    const lane = async (): Promise<void> => {
      for (let shard = queue.shift(); shard !== undefined && !this.isStopped; shard = queue.shift()) {
        await this.attempt(shard, () => this.drain.drain(shard as OutboxShard));
      }
    };
    await Promise.all(Array.from({ length: this.settings.shardsMax }, lane));
    return shards.length;
  }

  private startHinted(): void {
    while (this.running.size < this.settings.shardsMax) {
      const next = this.waiting.entries().next().value;
      if (next === undefined) return;
      const [name, shard] = next;
      this.waiting.delete(name);
      const work = this.attempt(shard, () => this.drain.flush(shard)).finally(() => {
        this.running.delete(work);
        this.startHinted();
      });
      this.running.add(work);
    }
  }

  /** One shard's trouble is not the others'. */
  private async attempt(shard: OutboxShard, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.warn({ error: describeError(error), shard: shardName(shard) }, 'outbox_drain.failed');
    }
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.sweep()
        .then(() => outboxSweeps.inc({ result: 'ok' }))
        .catch((error: unknown) => {
          outboxSweeps.inc({ result: 'failed' });
          this.logger.warn({ error: describeError(error) }, 'outbox_sweep.failed');
        })
        .finally(() => {
          if (!this.isStopped) this.schedule(this.settings.sweepIntervalMs * (0.75 + this.random.next() / 2));
        });
    }, delayMs);
  }
}
