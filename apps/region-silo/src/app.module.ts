import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { AdminAccessModule } from '@switchyard/admin-api';
import { AppEventsModule } from '@switchyard/app-events';
import { DatabaseModule, KeyRing } from '@switchyard/database';
import { HttpPools } from '@switchyard/http-client';
import { CLOCK, RANDOM, systemRandom } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { QueueModule } from '@switchyard/queue';
import { RegionGuard } from '@switchyard/silo';
import { LinkTokens, SlackApi } from '@switchyard/slack';
import { TelemetryModule } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { TransactionalOutboxModule } from '@switchyard/transactional-outbox';
import { AlertsController } from './admin/alerts.controller';
import { AppEventsController } from './admin/app-events.controller';
import { CodeHostsController } from './admin/code-hosts.controller';
import { DeliveriesController } from './admin/deliveries.controller';
import { IssuesController } from './admin/issues.controller';
import { MembershipsController } from './admin/memberships.controller';
import { OrganizationsController } from './admin/organizations.controller';
import { AlertChannels } from './alert-rules/alert-channels';
import { AlertRuleStore } from './alert-rules/alert-rule.store';
import { AlertService } from './alert-rules/alert.service';
import { DELIVERY_RECORD_RETENTION_DAYS, DeliveryRetentionService } from './deliveries/delivery-retention.service';
import { DeliveryService } from './deliveries/delivery.service';
import { SettledDeliveries } from './deliveries/settled-deliveries';
import { BatchService } from './edge/batch.service';
import { EdgeService, REGION_HANDLERS } from './edge/edge.service';
import { createHandlers } from './handlers/registry';
import { IntegrationSecrets } from './integrations/integration-secrets';
import { IntegrationsController } from './integrations/integrations.controller';
import { ACTIVITY_LISTENER, IssueService } from './issues/issue.service';
import { IssueStore } from './issues/issue.store';
import { OrganizationStore } from './organizations/organization.store';
import type { RegionSettings } from './region-settings';
import { IssueMessages } from './issue-messages/issue-messages';
import { PRODUCT_URL, ProductUrls } from './issue-messages/product-urls';
import { MembershipService } from './memberships/membership.service';
import { SLACK_COMMAND } from './slack-requests/issue-access';
import { PUBLIC_URL } from './slack-requests/link-urls';
import { SLACK_REQUEST_SETTINGS } from './slack-requests/slack-request.settings';
import { slackEventProviders } from './slack-events/slack-event-providers';
import { slackRequestProviders, SlackRequests } from './slack-requests/slack-requests';
import { ParentRefreshStore } from './slack-threads/parent-refresh.store';
import { ParentRefresher } from './slack-threads/parent-refresher';
import { ReplyPoster } from './slack-threads/reply-poster';
import { ReplyStore } from './slack-threads/reply.store';
import { SLACK_THREAD_SETTINGS } from './slack-threads/slack-thread.settings';
import { ThreadFanOut } from './slack-threads/thread-fan-out';
import { threadHintProviders } from './slack-threads/thread-hint.processor';
import { threadQueueOf } from './slack-threads/thread-hints';
import { ThreadJobs } from './slack-threads/thread-jobs';
import { ThreadWorker } from './slack-threads/thread-worker';
import { slackTeamProviders } from './slack-teams/slack-team-providers';
import { SlackIdentityStore } from './slack-workspaces/slack-identity.store';
import { SlackWorkspaceStore } from './slack-workspaces/slack-workspace.store';

/** What the app takes besides its settings. */
export interface AppRuntime {
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What other modules ask for by token. */
@Module({})
class RuntimeModule {
  static forRoot(clock: Clock): DynamicModule {
    const providers = [
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: systemRandom },
    ];
    return { module: RuntimeModule, global: true, providers, exports: [CLOCK, RANDOM] };
  }
}

/** The composition root of a region silo. */
@Module({})
export class AppModule {
  static forRoot(settings: RegionSettings, { logger, clock }: AppRuntime): DynamicModule {
    const { database, siloKeys, region, providerApps, encryption, transactionalOutbox, appEvents } = settings;
    return {
      module: AppModule,
      imports: [
        TelemetryModule.forRoot({ service: 'region-silo', logger }),
        DatabaseModule.forRoot({
          url: database.databaseUrl,
          poolMax: database.poolMax,
          applicationName: `region-silo-${region.regionName}`,
          entities: [],
        }),
        RuntimeModule.forRoot(clock),
        TransactionalOutboxModule.forRoot(transactionalOutbox),
        AppEventsModule.forRoot(appEvents),
        QueueModule.forRoot({ redisUrl: settings.queue.redisUrl, databaseUrl: database.databaseUrl, poolMax: 4 }),
        QueueModule.registerQueue(threadQueueOf(region.regionName)),
        AdminAccessModule.forRoot({ service: 'region-silo', admin: settings.admin, clock }),
      ],
      controllers: [
        AppEventsController,
        DeliveriesController,
        CodeHostsController,
        IntegrationsController,
        OrganizationsController,
        IssuesController,
        AlertsController,
        MembershipsController,
      ],
      providers: [
        { provide: KeyRing, useValue: encryption.encryptionKeys },
        { provide: DELIVERY_RECORD_RETENTION_DAYS, useValue: region.deliveryRecordRetentionDays },
        {
          provide: REGION_HANDLERS,
          inject: [SlackRequests],
          useFactory: (slackRequests: SlackRequests) =>
            createHandlers({ ...region, ...settings.slack, ...providerApps, slackRequests }),
        },
        {
          provide: RegionGuard,
          useValue: new RegionGuard({ region: region.regionName, keys: siloKeys.siloKeys, clock }),
        },
        IntegrationSecrets,
        DeliveryService,
        SettledDeliveries,
        DeliveryRetentionService,
        EdgeService,
        BatchService,
        ...domainProviders(settings, clock),
      ],
    };
  }
}

/** The product's issues, and their way into Slack threads. */
function domainProviders(settings: RegionSettings, clock: Clock): Provider[] {
  const { slack, slackThreads, slackRequests, region, providerApps, siloKeys } = settings;
  return [
    { provide: SLACK_THREAD_SETTINGS, useValue: slackThreads },
    { provide: SLACK_REQUEST_SETTINGS, useValue: slackRequests },
    { provide: SLACK_COMMAND, useValue: slack.slackCommand },
    { provide: PRODUCT_URL, useValue: slackRequests.productUrl },
    { provide: PUBLIC_URL, useValue: providerApps.publicUrl },
    { provide: LinkTokens, useValue: new LinkTokens(siloKeys.siloKeys, clock) },
    { provide: HttpPools, useValue: new HttpPools({ connectionsPerOrigin: 10, connectTimeoutMs: 2_000 }) },
    { provide: SlackApi, useValue: new SlackApi(slack.apiUrl) },
    { provide: ACTIVITY_LISTENER, useClass: ThreadJobs },
    OrganizationStore,
    MembershipService,
    ProductUrls,
    IssueMessages,
    IssueStore,
    IssueService,
    AlertRuleStore,
    AlertChannels,
    AlertService,
    SlackWorkspaceStore,
    SlackIdentityStore,
    ...slackRequestProviders,
    ...slackEventProviders(slack),
    ...slackTeamProviders(region.regionName, siloKeys.siloKeys),
    ThreadFanOut,
    ReplyStore,
    ReplyPoster,
    ParentRefreshStore,
    ParentRefresher,
    ThreadWorker,
    ...threadHintProviders(region.regionName),
  ];
}
