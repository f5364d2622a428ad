export { AppEventRelay, messageOf } from './app-event-relay';
export { AppEventsModule } from './app-events.module';
export { appEventSettings } from './app-events.settings';
export type { AppEventSettings } from './app-events.settings';
export { ARCHIVED, eventKindOf, expandEvents, isAlertResource, RESOURCES } from './event-names';
export type { EventKind } from './event-names';
export { APP_WEBHOOKS_QUEUE, occurrenceContext, occurrenceSchema } from './occurrence';
export type { Occurrence, OccurrenceContent } from './occurrence';
