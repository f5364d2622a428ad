import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { SettingsError } from '@switchyard/config';
import { QueueModule } from '@switchyard/queue';
import { BacklogGauges } from './backlog-gauges';
import { DeliveryHistoryService } from './delivery-history.service';
import { DrainScheduler } from './drain-scheduler';
import { HINT_QUEUE } from './hint';
import { HistoryPartitions } from './history-partitions';
import { HintProcessor } from './hint.processor';
import { HintPublisher } from './hint.publisher';
import { MailboxDrain } from './mailbox-drain';
import { OUTBOX_SETTINGS } from './outbox.settings';
import type { OutboxSettings } from './outbox.settings';
import { HoldService } from './operations/hold.service';
import { OperationRunner } from './operations/operation-runner';
import { OperationService } from './operations/operation.service';
import { ShedService } from './operations/shed.service';
import { StoredBytesLimit } from './stored-bytes-limit';
import { StoredWebhookStore } from './stored-webhook.store';
import { Sweeper } from './sweeper';
import { WebhookTransfer } from './webhook-transfer';
import { WebhookWriter } from './webhook-writer';

/**
 * Stored delivery. Needs, from global modules: `PG_POOL`, `KeyRing`, `RegionClient`, `CLOCK`, `RANDOM`, `LOGGER`.
 */
@Module({})
export class OutboxModule {
  static forRoot(settings: OutboxSettings): DynamicModule {
    if (settings.claimMs <= settings.timeoutMs) {
      throw new SettingsError(['SWITCHYARD_DELIVERY_CLAIM_MS must be greater than SWITCHYARD_DELIVERY_TIMEOUT_MS']);
    }
    const delivery: Provider[] = [
      WebhookTransfer,
      MailboxDrain,
      DrainScheduler,
      HistoryPartitions,
      Sweeper,
      HintProcessor,
      OperationRunner,
    ];
    return {
      module: OutboxModule,
      imports: [QueueModule.registerQueue(HINT_QUEUE)],
      providers: [
        { provide: OUTBOX_SETTINGS, useValue: settings },
        StoredWebhookStore,
        StoredBytesLimit,
        BacklogGauges,
        HintPublisher,
        WebhookWriter,
        DeliveryHistoryService,
        HoldService,
        OperationService,
        ShedService,
        ...(settings.isDeliveryEnabled ? delivery : []),
      ],
      exports: [WebhookWriter, DeliveryHistoryService, HoldService, OperationService, ShedService, StoredBytesLimit],
    };
  }
}
