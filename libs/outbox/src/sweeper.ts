/*
 * Finds due mailboxes that no hint announced: after a crash, with the queue gone, when a backoff is over.
 *
 * It walks mailbox names page by page and submits what is due; claims keep two processes from draining one mailbox. Only one
 * round runs at a time in a process; a failed round is counted, and the next one starts from the beginning.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { RANDOM } from '@switchyard/primitives';
import type { RandomSource } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { DrainScheduler } from './drain-scheduler';
import { HistoryPartitions } from './history-partitions';
import { sweeps, sweptMailboxes } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import { StoredWebhookStore } from './stored-webhook.store';

const PAGE = 1000;
/** More waiting mailboxes than this and a round stops early: finding more of them would help nobody. */
const WAITING_ENOUGH = 5000;
/** A purge every so many rounds: minutes, at the default interval. */
const ROUNDS_PER_PURGE = 150;

@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;
  private rounds = 0;

  constructor(
    private readonly store: StoredWebhookStore,
    private readonly scheduler: DrainScheduler,
    private readonly partitions: HistoryPartitions,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(RANDOM) private readonly random: RandomSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.round;
  }

  /** One round: submits every due mailbox. Returns how many there were. */
  async sweep(): Promise<number> {
    let after = '';
    let found = 0;
    for (;;) {
      const mailboxes = await this.store.dueMailboxes(after, PAGE);
      for (const { name, isRetry } of mailboxes) this.scheduler.submit(name, isRetry);
      found += mailboxes.length;
      const last = mailboxes.at(-1);
      if (last === undefined || mailboxes.length < PAGE || this.scheduler.waitingCount >= WAITING_ENOUGH) break;
      after = last.name;
    }
    sweptMailboxes.inc(found);
    return found;
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.runRound().finally(() => {
        this.round = undefined;
        // Jitter keeps the processes of a fleet from asking in step.
        if (this.timer !== undefined) this.schedule(this.settings.sweepIntervalMs * (0.75 + this.random.next() / 2));
      });
    }, delayMs);
  }

  private async purge(): Promise<void> {
    await Promise.all([this.store.purge(), this.store.purgeSeen(), this.partitions.maintain()]);
  }

  private async runRound(): Promise<void> {
    try {
      await this.sweep();
      this.rounds += 1;
      if (this.rounds % ROUNDS_PER_PURGE === 0) await this.purge();
      sweeps.inc({ result: 'ok' });
    } catch (error) {
      sweeps.inc({ result: 'failed' });
      this.logger.warn({ error }, 'sweep.failed');
    }
  }
}
