import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { openQueueStore } from '@switchyard/queue';
import type { QueueStore } from '@switchyard/queue';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { OutboxHandlers, OutboxWriter } from '@switchyard/transactional-outbox';
import type { HandledMessage, OutboxMessage } from '@switchyard/transactional-outbox';
import { Queue } from 'bullmq';
import { APP_EVENT_SETTINGS } from './app-events.settings';
import type { AppEventSettings } from './app-events.settings';
import { APP_WEBHOOKS_QUEUE } from './occurrence';
import type { Occurrence } from './occurrence';

interface Open {
  readonly store: QueueStore;
  readonly queue: Queue<unknown>;
}

/**
 * Carries what happened in this silo to the notifier: written in the transaction of what happened, put into the notifier's queue
 * afterwards, again and again until it is there. The notifier knows a repeat by its key.
 */
@Injectable()
export class AppEventRelay implements OnModuleInit, OnApplicationShutdown {
  private opening: Promise<Open> | undefined;

  constructor(
    private readonly writer: OutboxWriter,
    private readonly handlers: OutboxHandlers,
    @Inject(APP_EVENT_SETTINGS) private readonly settings: AppEventSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.handlers.register('appWebhookEvent', (message) => this.carry(message));
  }

  async onApplicationShutdown(): Promise<void> {
    const open = await this.opening?.catch(() => undefined);
    await open?.queue.close();
    await open?.store.close();
  }

  /** Takes an occurrence on its own; resolves when it is committed here. */
  tell(occurrence: Occurrence): Promise<void> {
    return this.writer.transaction(async (_transaction, enqueue) => {
      await enqueue(messageOf(occurrence));
    });
  }

  private async carry({ payload }: HandledMessage): Promise<void> {
    const { queue } = await (this.opening ??= this.open());
    const { key } = payload as { key: string };
    await queue.add('occurrence', payload, {
      jobId: createHash('sha256').update(key).digest('hex').slice(0, 32),
      attempts: 20,
      backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
    });
  }

  /** When it is needed first: a notifier that is away keeps nobody from starting. */
  private async open(): Promise<Open> {
    const { notifierQueueUrl } = this.settings;
    if (notifierQueueUrl === undefined) throw new Error('SWITCHYARD_NOTIFIER_QUEUE_URL is not set');
    const isRedis = notifierQueueUrl.startsWith('redis');
    const onError = (error: Error): void => this.logger.warn({ error: describeError(error) }, 'notifier_queue.lost');
    try {
      const store = await openQueueStore({
        redisUrl: isRedis ? notifierQueueUrl : undefined,
        databaseUrl: isRedis ? '' : notifierQueueUrl,
        poolMax: 2,
        onError,
      });
      const queue = new Queue<unknown>(APP_WEBHOOKS_QUEUE, {
        connection: store.connection,
        defaultJobOptions: { removeOnComplete: { age: 3_600 }, removeOnFail: 1_000 },
      });
      queue.on('error', onError);
      return { store, queue };
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }
}

/** The message by which an occurrence travels; to be enqueued in the transaction of what happened. One key is one message. */
export function messageOf(occurrence: Occurrence): OutboxMessage {
  const digest = createHash('sha256').update(occurrence.key).digest();
  return {
    destination: 'control',
    scope: 'organization',
    shardIdentifier: occurrence.organizationId,
    category: 'appWebhookEvent',
    objectIdentifier: (digest.readBigUInt64BE(0) >> 1n).toString(),
    payload: { ...occurrence },
  };
}
