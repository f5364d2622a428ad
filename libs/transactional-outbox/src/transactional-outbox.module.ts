import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { SettingsError } from '@switchyard/config';
import { OutboxDrain } from './outbox-drain';
import { OutboxHandlers } from './outbox-handlers';
import { OutboxScheduler } from './outbox-scheduler';
import { OutboxWriter } from './outbox-writer';
import { OutboxStore } from './outbox.store';
import { TRANSACTIONAL_OUTBOX_SETTINGS } from './transactional-outbox.settings';
import type { TransactionalOutboxSettings } from './transactional-outbox.settings';

/** The transactional outbox of a silo. Needs, from global modules: `PG_POOL`, `CLOCK`, `RANDOM`, `LOGGER`. */
@Module({})
export class TransactionalOutboxModule {
  static forRoot(settings: TransactionalOutboxSettings): DynamicModule {
    if (settings.claimMs <= settings.handlerTimeoutMs) {
      throw new SettingsError(['SWITCHYARD_OUTBOX_CLAIM_MS must be greater than SWITCHYARD_OUTBOX_HANDLER_TIMEOUT_MS']);
    }
    return {
      module: TransactionalOutboxModule,
      global: true,
      providers: [
        { provide: TRANSACTIONAL_OUTBOX_SETTINGS, useValue: settings },
        OutboxHandlers,
        OutboxStore,
        OutboxDrain,
        OutboxScheduler,
        OutboxWriter,
      ],
      exports: [OutboxWriter, OutboxHandlers, OutboxStore],
    };
  }
}
