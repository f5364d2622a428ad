export { freePort } from './free-port';
export { rawExchange } from './raw-exchange';
export type { RawAnswer, RawOptions } from './raw-exchange';
export { startSink } from './sink';
export type { Sink, SinkAnswer, SinkRequest } from './sink';
export { waitFor } from './wait-for';
export type { WaitOptions } from './wait-for';
