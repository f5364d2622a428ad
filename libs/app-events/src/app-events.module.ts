import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AppEventRelay } from './app-event-relay';
import { APP_EVENT_SETTINGS } from './app-events.settings';
import type { AppEventSettings } from './app-events.settings';

/** The way of what happens in a silo to the notifier. Needs, from global modules: TransactionalOutboxModule, `LOGGER`. */
@Module({})
export class AppEventsModule {
  static forRoot(settings: AppEventSettings): DynamicModule {
    return {
      module: AppEventsModule,
      providers: [{ provide: APP_EVENT_SETTINGS, useValue: settings }, AppEventRelay],
      exports: [AppEventRelay],
    };
  }
}
