import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { describeError, LOGGER, ReadinessRegistry } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { createPool, PG_POOL } from './pool';
import type { Pool } from './pool';

/** What {@link DatabaseModule.forRoot} needs. */
export interface DatabaseModuleOptions {
  readonly url: string;
  readonly poolMax: number;
  readonly applicationName: string;
  /** Entity classes of the libs that this app uses. */
  readonly entities: readonly (new () => object)[];
}

/** Gives an app its database: TypeORM for entities, {@link PG_POOL} for hot paths. Needs TelemetryModule. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    readiness: ReadinessRegistry,
  ) {
    readiness.add('database', async () => {
      await pool.query('SELECT 1');
    });
  }

  static forRoot(options: DatabaseModuleOptions): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [TypeOrmModule.forRoot(typeOrmOptions(options))],
      providers: [
        {
          provide: PG_POOL,
          inject: [LOGGER],
          useFactory: (logger: Logger) =>
            createPool({
              url: options.url,
              max: options.poolMax,
              applicationName: options.applicationName,
              onError: (error) => logger.warn({ error: describeError(error) }, 'database_connection.lost'),
            }),
        },
      ],
      exports: [PG_POOL, TypeOrmModule],
    };
  }

  /** The last of Nest's hooks, so that whoever still writes in the earlier ones can. */
  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function typeOrmOptions({ url, poolMax, applicationName, entities }: DatabaseModuleOptions): TypeOrmModuleOptions {
  return {
    type: 'postgres',
    url,
    applicationName: `${applicationName}-orm`,
    entities: [...entities],
    synchronize: false,
    installExtensions: false,
    // Entities serve admin and other rare paths; the hot ones go through PG_POOL.
    poolSize: Math.max(2, Math.floor(poolMax / 2)),
    poolErrorHandler: () => undefined,
    // Migrations ran before, so the database is there; do not hide for half a minute that it is not.
    retryAttempts: 3,
    retryDelay: 1_000,
  };
}
