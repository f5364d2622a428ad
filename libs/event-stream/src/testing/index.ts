export { describeEventStream, until } from './describe-event-stream';
export type { EventStreamFixture } from './describe-event-stream';
