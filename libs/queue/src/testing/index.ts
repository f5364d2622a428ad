export { describeQueue } from './describe-queue';
export type { QueueFixture } from './describe-queue';
