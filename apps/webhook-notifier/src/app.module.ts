import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { AdminAccessModule } from '@switchyard/admin-api';
import { DatabaseModule, KeyRing } from '@switchyard/database';
import { EmailModule } from '@switchyard/email';
import { AddressRules, GuardedClient } from '@switchyard/http-client';
import { IntegrationHealthService, REQUEST_BUFFER_STORE } from '@switchyard/integration-request-buffer';
import type { RequestBufferStore } from '@switchyard/integration-request-buffer';
import { OutcomesModule } from '@switchyard/outcomes';
import { CLOCK, RANDOM, systemClock, systemRandom } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { QueueModule } from '@switchyard/queue';
import { LOGGER, TelemetryModule } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { TransactionalOutboxModule } from '@switchyard/transactional-outbox';
import { AppsController } from './admin/apps.controller';
import { InstallationsController } from './admin/installations.controller';
import { AppOperationsController } from './admin/operations.controller';
import { OrganizationsController } from './admin/organizations.controller';
import type { AppSettings } from './app.settings';
import { AppCalls } from './calls/app-call.service';
import { AppCallsController } from './calls/app-calls.controller';
import { DeliveryAttempts } from './deliveries/delivery-attempts';
import { DeliveryLog } from './deliveries/delivery-log.service';
import { DELIVERY_QUEUE } from './deliveries/delivery-queue';
import { DeliveryProcessor } from './deliveries/delivery.processor';
import { DeliveryStore } from './deliveries/delivery.store';
import { DeliveryScheduler } from './deliveries/delivery-scheduler';
import { DeliverySweeper } from './deliveries/delivery-sweeper';
import { EndpointBreaker } from './deliveries/endpoint-breaker';
import { DisableService } from './disabling/disable.service';
import { OwnerMailer } from './disabling/owner-mailer';
import { ProbeService } from './disabling/probe.service';
import { APP_WEBHOOKS_QUEUE } from '@switchyard/app-events';
import { OccurrenceIntake } from './occurrences/occurrence-intake.service';
import { OccurrenceProcessor } from './occurrences/occurrence.processor';
import { AppStore } from './platform/app.store';
import { InstallationNotifier } from './platform/installation-notifier';
import { InstallationStore } from './platform/installation.store';
import { UrlCheck } from './platform/url-check';
import { BUFFER_REDIS_URL, RequestBuffer } from './request-buffer.provider';
import { WebhookSender } from './sending/webhook-sender';
import { MailOptOuts } from './unsubscribe/mail-opt-outs';
import { UnsubscribeController } from './unsubscribe/unsubscribe.controller';
import { USAGE_NOTICE_QUEUE, UsageNoticeProcessor } from './usage/usage-notice.processor';
import { WEBHOOK_SETTINGS } from './webhook.settings';
import type { WebhookSettings } from './webhook.settings';

/** Name in logs, metrics and pg_stat_activity. */
export const SERVICE = 'webhook-notifier';

/** What other modules ask for by token. */
@Module({})
class PlatformModule {
  static forRoot(settings: AppSettings, clock: Clock): DynamicModule {
    const providers: Provider[] = [
      { provide: CLOCK, useValue: clock },
      { provide: RANDOM, useValue: systemRandom },
      { provide: KeyRing, useValue: settings.encryption.encryptionKeys },
      { provide: WEBHOOK_SETTINGS, useValue: settings.webhooks },
    ];
    return {
      module: PlatformModule,
      global: true,
      providers,
      exports: [CLOCK, RANDOM, KeyRing, WEBHOOK_SETTINGS],
    };
  }
}

/** The composition root. */
@Module({})
export class AppModule {
  static forRoot(settings: AppSettings, logger: Logger, clock: Clock = systemClock): DynamicModule {
    const { database, queue, webhooks } = settings;
    const { databaseUrl, poolMax } = database;
    return {
      module: AppModule,
      imports: [
        TelemetryModule.forRoot({ service: SERVICE, logger }),
        PlatformModule.forRoot(settings, clock),
        DatabaseModule.forRoot({ url: databaseUrl, poolMax, applicationName: SERVICE, entities: [] }),
        QueueModule.forRoot({ redisUrl: queue.redisUrl, databaseUrl, poolMax: 4 }),
        QueueModule.registerQueue(APP_WEBHOOKS_QUEUE, DELIVERY_QUEUE, USAGE_NOTICE_QUEUE),
        TransactionalOutboxModule.forRoot(settings.transactionalOutbox),
        AdminAccessModule.forRoot({ service: SERVICE, admin: settings.admin, clock }),
        EmailModule.forRoot(settings.email, 'control'),
        OutcomesModule.forRoot({ ...settings.stream, ...settings.outcomes, clientId: SERVICE }),
      ],
      controllers: [
        AppsController,
        InstallationsController,
        AppCallsController,
        AppOperationsController,
        OrganizationsController,
        UnsubscribeController,
      ],
      providers: [
        ...sendingProviders(settings),
        breakerProvider,
        AppStore,
        InstallationStore,
        InstallationNotifier,
        OccurrenceIntake,
        OccurrenceProcessor,
        DeliveryStore,
        DeliveryAttempts,
        DeliveryScheduler,
        DeliverySweeper,
        DeliveryProcessor,
        DeliveryLog,
        DisableService,
        ProbeService,
        AppCalls,
        OwnerMailer,
        MailOptOuts,
        UsageNoticeProcessor,
        { provide: UrlCheck, useValue: new UrlCheck(urlRules(webhooks), addressRules(webhooks)) },
      ],
    };
  }
}

const breakerProvider: Provider = {
  provide: EndpointBreaker,
  inject: [CLOCK],
  useFactory: (clock: Clock) => new EndpointBreaker(clock),
};

const urlRules = ({ allowsHttp }: WebhookSettings) => ({ allowsHttp });
const addressRules = ({ allowedIps, disallowedIps }: WebhookSettings): AddressRules =>
  new AddressRules({ allowed: allowedIps, blocked: disallowedIps });

function sendingProviders({ queue, webhooks }: AppSettings): Provider[] {
  const thresholds = {
    windowDays: webhooks.brokenRangeDays,
    timeoutsPerDay: webhooks.brokenTimeoutThreshold,
    timeoutRatioMin: webhooks.isStrictBaseline ? 0 : webhooks.timeoutRuleMinPercent / 100,
  };
  return [
    { provide: BUFFER_REDIS_URL, useValue: queue.redisUrl },
    RequestBuffer,
    { provide: REQUEST_BUFFER_STORE, useExisting: RequestBuffer },
    {
      provide: IntegrationHealthService,
      inject: [REQUEST_BUFFER_STORE, CLOCK],
      useFactory: (store: RequestBufferStore, clock: Clock) =>
        new IntegrationHealthService(store, thresholds, clock, webhooks.isStrictBaseline),
    },
    {
      provide: GuardedClient,
      useValue: new GuardedClient({
        addresses: addressRules(webhooks),
        urls: urlRules(webhooks),
        keepIdleMs: webhooks.keepIdleMs,
      }),
    },
    {
      provide: WebhookSender,
      inject: [GuardedClient, IntegrationHealthService, CLOCK, LOGGER],
      useFactory: (client: GuardedClient, health: IntegrationHealthService, clock: Clock, logger: Logger) =>
        new WebhookSender(
          client,
          health,
          {
            ...webhooks,
            userAgent: 'switchyard/1',
            isStrict: webhooks.isStrictBaseline,
            isAscii: webhooks.isAsciiBody,
          },
          clock,
          logger,
        ),
    },
  ];
}
