import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DatabaseModule } from '@switchyard/database';
import { QueueModule } from '@switchyard/queue';
import { TelemetryModule } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import type { AppSettings } from './app.settings';

/** Name in logs, metrics and pg_stat_activity. */
export const SERVICE = 'webhook-notifier';

/** The composition root: probes, metrics and connections; the app's own work comes with later issues. */
@Module({})
export class AppModule {
  static forRoot({ database, queue }: AppSettings, logger: Logger): DynamicModule {
    const { databaseUrl, poolMax } = database;
    return {
      module: AppModule,
      imports: [
        TelemetryModule.forRoot({ service: SERVICE, logger }),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax, applicationName: SERVICE, entities: [] }),
        QueueModule.forRoot({ redisUrl: queue.redisUrl, databaseUrl, poolMax: 4 }),
      ],
    };
  }
}
