export { QueueModule } from './queue.module';
export type { QueueModuleOptions } from './queue.module';
export { openQueueStore } from './queue-store';
export type { QueueStore, QueueStoreOptions } from './queue-store';
export { queueSettings } from './queue.settings';
