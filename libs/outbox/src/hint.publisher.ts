import { setTimeout as delay } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { LOGGER, outsideTraces } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { Queue } from 'bullmq';
import { DrainScheduler } from './drain-scheduler';
import { HINT_QUEUE } from './hint';
import type { HintJob } from './hint';
import { hints } from './outbox.metrics';

/** A job stays small enough to read in Bull Board. */
const MAILBOXES_PER_JOB = 500;
/** A job per so many milliseconds at most: below it a busy gateway's hints would cost the queue more than they save. */
const GATHER_MS = 10;
/** Mailboxes that may wait for a place here before others are asked to help: the places of a process, by default. */
const LOCAL_WAITING_MAX = 32;
/** Hints that wait while the queue is away; beyond it they are dropped, which is harmless. */
const WAITING_MAX = 10_000;

/**
 * Announces mailboxes that have new rows.
 *
 * A process that delivers takes its own mailboxes itself, without the queue, as long as it keeps up: they leave within milliseconds.
 * Otherwise the first announcement leaves at once; more gather while it is being sent and a little longer, so a busy mailbox costs one entry per round trip to the queue and not one
 * per webhook. A failure is counted and forgotten: the sweeper needs no hint.
 */
@Injectable()
export class HintPublisher implements OnModuleDestroy {
  private readonly waiting = new Set<string>();
  private sending: Promise<void> | undefined;

  constructor(
    @InjectQueue(HINT_QUEUE) private readonly queue: Queue<HintJob>,
    @Inject(LOGGER) private readonly logger: Logger,
    @Optional() private readonly scheduler?: DrainScheduler,
  ) {}

  /** Never throws and never waits. */
  announce(mailbox: string): void {
    if (this.scheduler !== undefined && this.scheduler.waitingCount < LOCAL_WAITING_MAX) {
      this.scheduler.submit(mailbox);
      hints.inc({ result: 'local' });
      return;
    }
    if (this.waiting.size >= WAITING_MAX) {
      hints.inc({ result: 'dropped' });
      return;
    }
    this.waiting.add(mailbox);
    this.sending ??= outsideTraces(() => this.sendAll()).finally(() => {
      this.sending = undefined;
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.sending;
  }

  private async sendAll(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const mailboxes = [...this.waiting].slice(0, MAILBOXES_PER_JOB);
      for (const mailbox of mailboxes) this.waiting.delete(mailbox);
      try {
        await this.queue.add('look', { mailboxes }, { removeOnComplete: true, removeOnFail: true });
        hints.inc({ result: 'sent' }, mailboxes.length);
      } catch (error) {
        hints.inc({ result: 'failed' }, mailboxes.length);
        this.logger.warn({ error, mailboxes: mailboxes.length }, 'hint.failed');
      }
      await delay(GATHER_MS, undefined, { ref: false });
    }
  }
}
