export { gatewayHeadersFor, testKeys } from './signed-request';
export type { SignedRequestOptions } from './signed-request';
