/*
 * Which mailboxes this process drains now.
 *
 * A submitted mailbox is queued (once), running, or running with another round wanted. Queues are per region and served in
 * turn, and a region may use only its share of the places, so a hanging region leaves the others theirs. Mailboxes that come
 * from a backoff may not take the last places, in all or of a region: those are for fresh webhooks. Nothing here is durable:
 * after a crash the sweeper submits again.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { RegionHealth } from '@switchyard/silo';
import { LOGGER, outsideTraces } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { MailboxDrain } from './mailbox-drain';
import { drainsRunning } from './outbox.metrics';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';

interface RegionQueue {
  /** Mailboxes with fresh webhooks, and those that come from a backoff. */
  readonly fresh: Set<string>;
  readonly retries: Set<string>;
  running: number;
  runningRetries: number;
  /** Whether the one started last was fresh: the two take turns. */
  wasFresh: boolean;
}

interface NextMailbox {
  readonly mailbox: string;
  readonly isRetry: boolean;
}

@Injectable()
export class DrainScheduler implements OnModuleDestroy {
  private readonly regions = new Map<string, RegionQueue>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly wantedAgain = new Set<string>();
  private readonly wakeUps = new Map<string, NodeJS.Timeout>();
  private runningRetries = 0;
  private isStopping = false;

  constructor(
    private readonly drain: MailboxDrain,
    private readonly health: RegionHealth,
    @Inject(OUTBOX_SETTINGS) private readonly settings: OutboxSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Asks for a mailbox to be drained soon. Cheap and idempotent. @param isRetry whether it comes from a backoff */
  submit(mailbox: string, isRetry = false): void {
    if (this.isStopping) return;
    if (this.running.has(mailbox)) {
      this.wantedAgain.add(mailbox);
      return;
    }
    const queue = this.queueOf(regionOfMailbox(mailbox));
    const isWaiting = queue.fresh.has(mailbox) || queue.retries.has(mailbox);
    if (!isWaiting) (isRetry ? queue.retries : queue.fresh).add(mailbox);
    this.fillPlaces();
  }

  /** Mailboxes that wait for a place. */
  get waitingCount(): number {
    let count = 0;
    for (const queue of this.regions.values()) count += queue.fresh.size + queue.retries.size;
    return count;
  }

  /** Resolves when nothing runs and nothing waits. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  /** Takes no new work, lets running drains finish their request and give their claims back. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.wakeUps.values()) clearTimeout(timer);
    this.drain.stop();
    await Promise.all(this.running.values());
  }

  private queueOf(region: string): RegionQueue {
    let queue = this.regions.get(region);
    if (queue === undefined) {
      queue = { fresh: new Set(), retries: new Set(), running: 0, runningRetries: 0, wasFresh: false };
      this.regions.set(region, queue);
    }
    return queue;
  }

  /** Gives free places to the regions in turn: the one served last goes to the end. */
  private fillPlaces(): void {
    let isProgress = true;
    while (isProgress && !this.isStopping) {
      isProgress = false;
      for (const [region, queue] of [...this.regions]) {
        if (this.running.size >= this.settings.drainsMax) return;
        if (queue.fresh.size + queue.retries.size === 0) continue;
        const next = this.takeNext(queue, this.placesOf(region));
        if (next === undefined) continue;
        this.regions.delete(region);
        this.regions.set(region, queue);
        this.start(next, region, queue);
        isProgress = true;
      }
    }
  }

  /** The mailbox that may start now, taken off its list. */
  private takeNext(queue: RegionQueue, places: number): NextMailbox | undefined {
    if (queue.running >= places) return undefined;
    const mayRetry =
      queue.runningRetries < this.retriesOf(places) && this.runningRetries < this.retriesOf(this.settings.drainsMax);
    const isRetry = mayRetry && queue.retries.size > 0 && (queue.fresh.size === 0 || queue.wasFresh);
    const list = isRetry ? queue.retries : queue.fresh;
    const next = list.values().next();
    if (next.done === true) return undefined;
    list.delete(next.value);
    queue.wasFresh = !isRetry;
    return { mailbox: next.value, isRetry };
  }

  /** How many of so many places retries may take; one at least, or a mailbox that failed once would never go on. */
  private retriesOf(places: number): number {
    return Math.max(1, Math.floor((places * (100 - this.settings.firstAttemptPercent)) / 100));
  }

  /** A region's share of the places, less while it is doing badly; none while nothing may be sent: then we come back. */
  private placesOf(region: string): number {
    const { limit, waitMs } = this.health.limitOf(region);
    if (limit === 0) this.wakeUp(region, waitMs);
    return Math.min(this.settings.drainsPerRegionMax, limit);
  }

  private wakeUp(region: string, waitMs: number): void {
    if (this.wakeUps.has(region)) return;
    const timer = setTimeout(() => {
      this.wakeUps.delete(region);
      this.fillPlaces();
    }, Math.ceil(waitMs));
    this.wakeUps.set(region, timer.unref());
  }

  private start({ mailbox, isRetry }: NextMailbox, region: string, queue: RegionQueue): void {
    queue.running += 1;
    if (isRetry) queue.runningRetries += 1;
    if (isRetry) this.runningRetries += 1;
    drainsRunning.set({ region }, queue.running);
    // What others do not need now, it may use; never more than the region may have.
    const free = Math.min(this.placesOf(region), this.settings.drainsMax) - queue.running + 1;
    const run = outsideTraces(() => this.run(mailbox, free)).finally(() => {
      queue.running -= 1;
      if (isRetry) queue.runningRetries -= 1;
      if (isRetry) this.runningRetries -= 1;
      drainsRunning.set({ region }, queue.running);
      this.running.delete(mailbox);
      if (this.wantedAgain.delete(mailbox)) this.submit(mailbox);
      else this.fillPlaces();
    });
    this.running.set(mailbox, run);
  }

  private async run(mailbox: string, lanesMax: number): Promise<void> {
    try {
      const end = await this.drain.run(mailbox, lanesMax);
      if (end === 'more') this.wantedAgain.add(mailbox);
    } catch (error) {
      // The rows and their attempts are in the database; the claim returns by itself.
      this.logger.error({ error, mailbox }, 'drain.failed');
    }
  }
}

/** The region in a mailbox's name, `provider:region:…`. */
export function regionOfMailbox(mailbox: string): string {
  return mailbox.split(':', 2)[1] ?? '';
}
