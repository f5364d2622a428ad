import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HealthController } from './health.controller';
import { LOGGER } from './logger';
import type { Logger } from './logger';
import { collectProcessMetrics } from './metrics';
import { ReadinessRegistry } from './readiness.registry';

/** Logging, probes and metrics for one app; global. */
@Module({})
export class TelemetryModule {
  static forRoot(options: { readonly service: string; readonly logger: Logger }): DynamicModule {
    collectProcessMetrics();
    return {
      module: TelemetryModule,
      global: true,
      controllers: [HealthController],
      providers: [ReadinessRegistry, { provide: LOGGER, useValue: options.logger }],
      exports: [ReadinessRegistry, LOGGER],
    };
  }
}
