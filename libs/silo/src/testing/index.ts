export { openRegionClient } from './open-region-client';
export type { OpenRegionClient } from './open-region-client';
export { gatewayHeadersFor, testKeys } from './signed-request';
export type { SignedRequestOptions } from './signed-request';
