import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import { AdminAccessModule } from '@switchyard/admin-api';
import { DatabaseModule, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { EVENT_STREAM, openEventStream } from '@switchyard/event-stream';
import type { EventStream } from '@switchyard/event-stream';
import { CLOCK, RANDOM, systemClock, systemRandom } from '@switchyard/primitives';
import { QueueModule } from '@switchyard/queue';
import { describeError, ReadinessRegistry, TelemetryModule } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { UsageAdminController } from './admin/usage-admin.controller';
import type { AppSettings } from './app.settings';
import { CutoverTable } from './consume/cutover-table';
import { UsageConsumers } from './consume/usage-consumers.service';
import { CustomMetricFlagger } from './flags/custom-metric-flagger';
import { FlagCache } from './flags/flag-cache';
import { NOTICE_QUEUE } from './notices/notice';
import { OutboxBacklog } from './notices/outbox-backlog';
import { Relays } from './notices/relays.service';
import { SpikeWatch } from './operations/spike-watch';
import { UsageMaintenance } from './operations/usage-maintenance';
import { UsageOperations } from './operations/usage-operations';
import { OUTCOMES_SETTINGS } from './tokens';
import { UsageAccess } from './usage/usage-access';
import { UsageCounters } from './usage/usage-counters';
import { UsageController } from './usage/usage.controller';
import { UsageStore } from './usage/usage.store';

/** Name in logs, metrics and pg_stat_activity. */
export const SERVICE = 'outcomes-consumer';

const QUEUE_POOL_MAX = 4;
/** Per partition one for its batch, and some for members and publishing. */
const STREAM_POOL_MAX = 8;
const FLAG_CACHE = { ttlMs: 604_800_000, missingTtlMs: 300_000, entriesMax: 50_000 };

/** The composition root. */
@Module({})
export class AppModule implements OnApplicationShutdown {
  constructor(
    @Inject(EVENT_STREAM) private readonly stream: EventStream,
    readiness: ReadinessRegistry,
  ) {
    readiness.add('event_stream', () => stream.ping());
  }

  static forRoot(settings: AppSettings, logger: Logger): DynamicModule {
    const { databaseUrl, poolMax } = settings.database;
    return {
      module: AppModule,
      imports: [
        TelemetryModule.forRoot({ service: SERVICE, logger }),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax, applicationName: SERVICE, entities: [] }),
        QueueModule.forRoot({ ...noticeQueueOf(settings), poolMax: QUEUE_POOL_MAX }),
        QueueModule.registerQueue(NOTICE_QUEUE),
        AdminAccessModule.forRoot({ service: SERVICE, admin: settings.admin, clock: systemClock }),
      ],
      controllers: [UsageController, UsageAdminController],
      providers: [
        ...providersOf(settings, logger),
        CutoverTable,
        UsageConsumers,
        Relays,
        SpikeWatch,
        UsageOperations,
        UsageStore,
        UsageCounters,
        UsageAccess,
      ],
    };
  }

  /** The last hook: consumers and relays, which use it, have stopped in an earlier one. */
  async onApplicationShutdown(): Promise<void> {
    await this.stream.close();
  }
}

function providersOf({ database, stream, outcomes }: AppSettings, logger: Logger): Provider[] {
  const onError = (error: Error): void => logger.warn({ error: describeError(error) }, 'stream_connection.lost');
  const { databaseUrl } = database;
  return [
    { provide: OUTCOMES_SETTINGS, useValue: outcomes },
    { provide: CLOCK, useValue: systemClock },
    { provide: RANDOM, useValue: systemRandom },
    { provide: OutboxBacklog, useValue: new OutboxBacklog(outcomes.outboxHigh) },
    {
      provide: EVENT_STREAM,
      useFactory: () =>
        openEventStream({ ...stream, databaseUrl, poolMax: STREAM_POOL_MAX, clientId: SERVICE, onError }),
    },
    {
      provide: CustomMetricFlagger,
      inject: [PG_POOL],
      useFactory: (pool: Pool) =>
        new CustomMetricFlagger(pool, new FlagCache(FLAG_CACHE, systemClock), systemClock, logger),
    },
    {
      provide: UsageMaintenance,
      inject: [PG_POOL],
      useFactory: (pool: Pool) =>
        new UsageMaintenance(
          pool,
          {
            ledgerDays: outcomes.ledgerRetentionDays,
            hourlyDays: outcomes.hourlyRetentionDays,
            dailyMonths: outcomes.dailyRetentionMonths,
          },
          systemClock,
          logger,
        ),
    },
  ];
}

/** The notifier's own queues, where this silo is told of them: notices have to arrive there. */
function noticeQueueOf({ queue, database, appEvents }: AppSettings): {
  redisUrl: string | undefined;
  databaseUrl: string;
} {
  const { notifierQueueUrl } = appEvents;
  const isRedis = notifierQueueUrl?.startsWith('redis') === true;
  return {
    redisUrl: isRedis ? notifierQueueUrl : notifierQueueUrl === undefined ? queue.redisUrl : undefined,
    databaseUrl: isRedis ? database.databaseUrl : (notifierQueueUrl ?? database.databaseUrl),
  };
}
