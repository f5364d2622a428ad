import { BullModule, WorkerHost } from '@nestjs/bullmq';
import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { Queue } from 'bullmq';
import type { Worker } from 'bullmq';
import { describeError, LOGGER, ReadinessRegistry } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { openQueueStore } from './queue-store';
import type { QueueStore, QueueStoreOptions } from './queue-store';

const QUEUE_STORE = Symbol('QUEUE_STORE');

/** Failed jobs kept for people to look at; completed ones are of no use to anybody. */
const FAILED_JOBS_KEPT = 1_000;

/** What {@link QueueModule.forRoot} needs. */
export type QueueModuleOptions = Omit<QueueStoreOptions, 'onError'>;

@Module({})
class QueueStoreModule {
  static forRoot(options: QueueModuleOptions): DynamicModule {
    const store = {
      provide: QUEUE_STORE,
      inject: [LOGGER],
      useFactory: (logger: Logger) => openQueueStore({ ...options, onError: warn(logger, 'queue_store.lost') }),
    };
    return { module: QueueStoreModule, global: true, providers: [store], exports: [QUEUE_STORE] };
  }
}

/**
 * Job queues of one app on Redis or PostgreSQL; needs TelemetryModule. Use `@Processor`, `WorkerHost` and `@InjectQueue` of
 * `@nestjs/bullmq`.
 */
@Module({})
export class QueueModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(QUEUE_STORE) private readonly store: QueueStore,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly discovery: DiscoveryService,
    readiness: ReadinessRegistry,
  ) {
    readiness.add('queue', () => store.ping());
  }

  static forRoot(options: QueueModuleOptions): DynamicModule {
    const shared = BullModule.forRootAsync({
      inject: [QUEUE_STORE],
      useFactory: ({ connection }: QueueStore) => ({
        connection,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: FAILED_JOBS_KEPT },
      }),
    });
    return { module: QueueModule, global: true, imports: [QueueStoreModule.forRoot(options), DiscoveryModule, shared] };
  }

  /** Makes queues injectable by name in the importing module. */
  static registerQueue(...names: readonly string[]): DynamicModule {
    return BullModule.registerQueue(...names.map((name) => ({ name })));
  }

  /** An outage must not end the process, nor fill the log through BullMQ's own handler. */
  onApplicationBootstrap(): void {
    for (const worker of this.workers()) worker.on('error', warn(this.logger, 'queue_worker.failed'));
    for (const queue of this.queues()) queue.on('error', warn(this.logger, 'queue.failed'));
  }

  /** First of all hooks: jobs that run are finished while everything that they use is still there; no new ones begin. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.workers().map((worker) => worker.close()));
  }

  /** Nest closes the queues in this hook too, in an order of its own; closing twice does no harm. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.queues().map((queue) => queue.close()));
    await this.store.close();
  }

  private workers(): Worker[] {
    return this.instances().flatMap((instance) => (instance instanceof WorkerHost ? workerOf(instance) : []));
  }

  private queues(): Queue[] {
    return this.instances().flatMap((instance) => (instance instanceof Queue ? [instance] : []));
  }

  private instances(): unknown[] {
    return this.discovery.getProviders().map((wrapper): unknown => wrapper.instance);
  }
}

/** None when the app stops before it had started. */
function workerOf(host: WorkerHost): Worker[] {
  try {
    return [host.worker];
  } catch {
    return [];
  }
}

function warn(logger: Logger, event: string): (error: Error) => void {
  return (error) => logger.warn({ error: describeError(error) }, event);
}
