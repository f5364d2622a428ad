/*
 * Which deliveries this process makes now.
 *
 * A queue per app, served in turn; an app has at most its share of requests under way and none while its breaker is open, so an
 * endpoint that hangs or fails takes nothing from another. Nothing here is durable: what is forgotten or too much, the sweeper
 * finds again in the database.
 */
import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleDestroy } from '@nestjs/common';
import { GuardedClient } from '@switchyard/http-client';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { WEBHOOK_SETTINGS } from '../webhook.settings';
import type { WebhookSettings } from '../webhook.settings';
import { DeliveryAttempts } from './delivery-attempts';
import { deliveriesRunning } from './delivery.metrics';
import { EndpointBreaker } from './endpoint-breaker';

/** Per app, in memory. */
const QUEUE_MAX = 1_000;

interface AppQueue {
  readonly waiting: Set<string>;
  running: number;
}

@Injectable()
export class DeliveryScheduler implements OnModuleDestroy {
  private readonly apps = new Map<string, AppQueue>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly wakeUps = new Map<string, NodeJS.Timeout>();
  private isStopping = false;

  constructor(
    private readonly attempts: DeliveryAttempts,
    private readonly breaker: EndpointBreaker,
    private readonly client: GuardedClient,
    @Inject(WEBHOOK_SETTINGS) private readonly settings: WebhookSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Asks for a delivery to be made soon. Cheap and idempotent. */
  submit(id: string, appId: string): void {
    if (this.isStopping || this.running.has(id)) return;
    const queue = this.queueOf(appId);
    if (queue.waiting.size >= QUEUE_MAX) return;
    queue.waiting.add(id);
    this.fill();
  }

  /** Resolves when nothing runs. */
  async settled(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running.values());
  }

  /** What is under way ends; the rest is in the database. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.wakeUps.values()) clearTimeout(timer);
    await this.settled();
    this.client.close();
  }

  private queueOf(appId: string): AppQueue {
    let queue = this.apps.get(appId);
    if (queue === undefined) {
      queue = { waiting: new Set(), running: 0 };
      this.apps.set(appId, queue);
    }
    return queue;
  }

  /** Gives free places to the apps in turn: the one served last goes to the end. */
  private fill(): void {
    let isProgress = true;
    while (isProgress && !this.isStopping) {
      isProgress = false;
      for (const [appId, queue] of [...this.apps]) {
        if (this.running.size >= this.settings.concurrency) return;
        const next = queue.waiting.values().next();
        if (next.done === true) {
          if (queue.running === 0) this.apps.delete(appId);
          continue;
        }
        if (!this.mayStart(appId, queue)) continue;
        queue.waiting.delete(next.value);
        this.apps.delete(appId);
        this.apps.set(appId, queue);
        this.start(next.value, appId, queue);
        isProgress = true;
      }
    }
  }

  private mayStart(appId: string, queue: AppQueue): boolean {
    if (queue.running >= this.settings.concurrencyPerApp) return false;
    const waitMs = this.breaker.waitMs(appId);
    if (waitMs > 0) this.wakeUp(appId, waitMs);
    return waitMs === 0;
  }

  private wakeUp(appId: string, waitMs: number): void {
    if (this.wakeUps.has(appId)) return;
    const timer = setTimeout(() => {
      this.wakeUps.delete(appId);
      this.fill();
    }, waitMs);
    this.wakeUps.set(appId, timer.unref());
  }

  private start(id: string, appId: string, queue: AppQueue): void {
    queue.running += 1;
    this.breaker.begin(appId);
    const run = this.attempts
      .make(id, appId)
      // The row and its attempt are in the database; its claim ends by itself.
      .catch((error: unknown) => this.logger.error({ error, delivery: id }, 'app_delivery.failed'))
      .finally(() => {
        queue.running -= 1;
        this.running.delete(id);
        deliveriesRunning.set(this.running.size);
        this.fill();
      });
    this.running.set(id, run);
    deliveriesRunning.set(this.running.size);
  }
}
