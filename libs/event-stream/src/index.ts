export { EVENT_STREAM, GroupChangedError } from './event-stream';
export type {
  BatchHandler,
  BatchResult,
  ConsumeOptions,
  EventStream,
  NewRecord,
  RecordBatch,
  RunningConsumer,
  StreamRecord,
  TopicSpec,
  Watermarks,
} from './event-stream';
export { eventStreamSettings } from './event-stream.settings';
export { EventStreamTransport } from './event-stream.transport';
export type { EventStreamTransportOptions } from './event-stream.transport';
export { eventStreamMigrations } from './migrations';
export { openEventStream } from './open-event-stream';
export type { EventStreamOptions } from './open-event-stream';
