import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { DirectoryCache } from './directory.cache';
import { DirectoryService } from './directory.service';
import { Integration } from './entities/integration.entity';
import { OrganizationIntegration } from './entities/organization-integration.entity';
import { OrganizationMapping } from './entities/organization-mapping.entity';
import { IntegrationLookup, IS_KNOWN_REGION } from './integration.lookup';

/** For {@link DatabaseModule.forRoot}. */
export const directoryEntities = [Integration, OrganizationIntegration, OrganizationMapping];

/** What {@link DirectoryModule.forRoot} needs. */
export interface DirectoryModuleOptions {
  readonly databaseUrl: string;
  readonly cacheEntries: number;
  readonly isKnownRegion: (region: string) => boolean;
}

/** The directory. Needs, from global modules: `PG_POOL`, TypeORM with {@link directoryEntities}, `KeyRing`, `CLOCK`, `LOGGER`. */
@Module({})
export class DirectoryModule {
  static forRoot({ databaseUrl, cacheEntries, isKnownRegion }: DirectoryModuleOptions): DynamicModule {
    return {
      module: DirectoryModule,
      global: true,
      providers: [
        { provide: IS_KNOWN_REGION, useValue: isKnownRegion },
        IntegrationLookup,
        DirectoryService,
        {
          provide: DirectoryCache,
          inject: [IntegrationLookup, CLOCK, LOGGER],
          useFactory: (lookup: IntegrationLookup, clock: Clock, logger: Logger) =>
            new DirectoryCache({ lookup, databaseUrl, entriesMax: cacheEntries, clock, logger }),
        },
      ],
      exports: [DirectoryCache, DirectoryService, IS_KNOWN_REGION],
    };
  }
}
