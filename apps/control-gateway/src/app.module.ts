import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AdminAccessModule } from '@switchyard/admin-api';
import { AppEventsModule } from '@switchyard/app-events';
import { DatabaseModule, KeyRing, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { directoryEntities, DirectoryModule } from '@switchyard/directory';
import { HttpPools } from '@switchyard/http-client';
import { OutboxModule } from '@switchyard/outbox';
import { OutcomesModule } from '@switchyard/outcomes';
import { CLOCK, RANDOM, systemClock, systemRandom } from '@switchyard/primitives';
import { HttpPublicKeys } from '@switchyard/provider-apps';
import { QueueModule } from '@switchyard/queue';
import { RegionClient, RegionDirectory, RegionHealth } from '@switchyard/silo';
import { LinkTokens, PageForms, SlackApi } from '@switchyard/slack';
import { TransactionalOutboxModule } from '@switchyard/transactional-outbox';
import { TelemetryModule } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { AdminModule } from './admin';
import { AppEventsController } from './app-events/app-events.controller';
import type { AppSettings } from './app.settings';
import { controlViewProviders } from './control-views';
import { DeliveriesController } from './deliveries/deliveries.controller';
import { EdgeService } from './edge/edge.service';
import { PROVIDER_FACTS, RequestRouter } from './edge/request-router';
import type { ProviderFacts } from './edge/request-router';
import { Callbacks } from './execute/callbacks';
import { DecisionExecutor } from './execute/decision.executor';
import { DeferredDispatcher } from './execute/deferred.dispatcher';
import { LoadingDialogs } from './execute/loading-dialogs';
import { RegionCaller } from './execute/region-caller';
import { RegionConnections } from './execute/region-connections';
import { ExplainController } from './explain/explain.controller';
import { ExplainService } from './explain/explain.service';
import { GATEWAY_SETTINGS } from './gateway.settings';
import { MovesController } from './moves/moves.controller';
import { OrganizationHolds } from './moves/organization-hold.service';
import { OrganizationIntegrations } from './moves/organization-integrations';
import { OrganizationMoves } from './moves/organization-move.service';
import { HoldsController, OperationsController, StoredWebhooksController } from './operations/operations.controllers';
import { ShedsController } from './operations/sheds.controller';
import { IntegrationFeed } from './region-feed/integration-feed';
import { RejectionLog } from './rejections/rejection.log';
import { RejectionsController } from './rejections/rejections.controller';
import { SlackIdentitiesController } from './slack-identities/slack-identities.controller';
import { SlackIdentityStore } from './slack-identities/slack-identity.store';
import { SLACK_NAMING } from './slack-identities/slack-naming';
import { BrowserSessions } from './slack-pages/browser-session';
import { PRODUCT_SESSION_SETTINGS, ProductSessions } from './slack-pages/product-session';
import { SlackWorkspaces } from './slack-pages/slack-workspace-facts';
import { SlackReplays } from './slack-replays/slack-replays';
import { TurnedAway } from './usage/turned-away';
import { webhookOutcomes } from './usage/webhook-outcomes';

/** Name in logs, metrics and pg_stat_activity. */
export const SERVICE = 'control-gateway';

/** What the libs expect to find: the clock, keys and the way to the regions. The only place that names drivers. */
@Module({})
class PlatformModule {
  static forRoot({
    regions,
    regionClient,
    siloKeys,
    encryption,
    providerApps,
    slack,
    gateway,
  }: AppSettings): DynamicModule {
    const { connectionsPerRegion, connectTimeoutMs, maxResponseBytes } = regionClient;
    const directory = new RegionDirectory(regions.regions);
    const pools = new HttpPools({ connectionsPerOrigin: connectionsPerRegion, connectTimeoutMs });
    const keys = siloKeys.siloKeys;
    const health = new RegionHealth(systemClock, regionClient.connectionsPerRegion);
    const facts: ProviderFacts = {
      secrets: { ...providerApps, publicUrl: providerApps.publicUrl?.replace(/\/$/, '') },
      keys: new HttpPublicKeys({ pools, clock: systemClock, ...providerApps }),
    };
    const providers = [
      { provide: CLOCK, useValue: systemClock },
      { provide: RANDOM, useValue: systemRandom },
      { provide: KeyRing, useValue: encryption.encryptionKeys },
      { provide: RegionDirectory, useValue: directory },
      { provide: HttpPools, useValue: pools },
      { provide: RegionHealth, useValue: health },
      { provide: PROVIDER_FACTS, useValue: facts },
      { provide: SlackApi, useValue: new SlackApi(slack.apiUrl) },
      { provide: LinkTokens, useValue: new LinkTokens(keys, systemClock) },
      { provide: PageForms, useValue: new PageForms(keys) },
      { provide: SLACK_NAMING, useValue: { ...slack, product: gateway.appName, publicUrl: facts.secrets.publicUrl } },
      {
        provide: RegionClient,
        useValue: new RegionClient({ directory, pools, keys, clock: systemClock, maxResponseBytes, health }),
      },
    ];
    return { module: PlatformModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** The composition root. */
@Module({})
export class AppModule {
  static forRoot(settings: AppSettings, logger: Logger): DynamicModule {
    const { databaseUrl, poolMax } = settings.database;
    const turnedAway = new TurnedAway();
    return {
      module: AppModule,
      imports: [
        TelemetryModule.forRoot({ service: SERVICE, logger }),
        PlatformModule.forRoot(settings),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax, applicationName: SERVICE, entities: directoryEntities }),
        QueueModule.forRoot({ redisUrl: settings.queue.redisUrl, databaseUrl, poolMax: 4 }),
        DirectoryModule.forRoot({
          databaseUrl,
          cacheEntries: settings.directory.cacheEntries,
          isKnownRegion: (region) => settings.regions.regions.some(({ name }) => name === region),
        }),
        OutboxModule.forRoot(settings.outbox),
        TransactionalOutboxModule.forRoot(settings.transactionalOutbox),
        AppEventsModule.forRoot(settings.appEvents),
        OutcomesModule.forRoot({
          ...settings.stream,
          ...settings.outcomes,
          clientId: SERVICE,
          source: { inject: [PG_POOL], useFactory: (pool: Pool) => webhookOutcomes(pool, turnedAway) },
        }),
        AdminAccessModule.forRoot({ service: SERVICE, admin: settings.admin, clock: systemClock }),
        AdminModule,
      ],
      controllers: [
        DeliveriesController,
        RejectionsController,
        ExplainController,
        HoldsController,
        OperationsController,
        StoredWebhooksController,
        ShedsController,
        MovesController,
        AppEventsController,
        SlackIdentitiesController,
      ],
      providers: [
        { provide: GATEWAY_SETTINGS, useValue: settings.gateway },
        { provide: TurnedAway, useValue: turnedAway },
        EdgeService,
        RequestRouter,
        RejectionLog,
        SlackReplays,
        ExplainService,
        DecisionExecutor,
        DeferredDispatcher,
        Callbacks,
        LoadingDialogs,
        RegionCaller,
        ...controlViewProviders,
        RegionConnections,
        IntegrationFeed,
        SlackIdentityStore,
        SlackWorkspaces,
        { provide: PRODUCT_SESSION_SETTINGS, useValue: settings.productSession },
        ProductSessions,
        BrowserSessions,
        OrganizationIntegrations,
        OrganizationHolds,
        OrganizationMoves,
      ],
    };
  }
}
