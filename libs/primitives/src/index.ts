export { Batcher, BatcherFullError } from './batcher';
export type { BatcherOptions } from './batcher';
export { CLOCK, FakeClock, systemClock } from './clock';
export type { Clock } from './clock';
export { Deadline } from './deadline';
export { RANDOM, seededRandom, systemRandom } from './random';
export type { RandomSource } from './random';
export { SwitchyardError } from './switchyard.error';
export type { SwitchyardErrorOptions } from './switchyard.error';
