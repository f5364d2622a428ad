export { HttpPools } from './http-pools';
export type { HttpPoolsOptions } from './http-pools';
export type { HttpFailure, HttpFailureReason, HttpRequest, HttpResponse, HttpResult } from './http-exchange';
