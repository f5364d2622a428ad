export {
  BATCH_CONTENT_TYPE,
  BATCH_MAX_BYTES,
  BATCH_MAX_ITEMS,
  BATCH_PATH,
  BatchFormatError,
  decodeDeliveryBatch,
  encodeBatchAnswer,
  encodeDeliveryBatch,
  isSettledStatus,
} from './delivery-batch';
export type { BatchItem, BatchTerms, DeliveryBatch } from './delivery-batch';
export {
  forwardableHeaders,
  GATEWAY_HEADERS,
  TRACE_HEADER,
  returnableHeaders,
  stripGatewayHeaders,
} from './gateway-headers';
export {
  sha256Hex,
  SIGNATURE_TOLERANCE_SECONDS,
  signGatewayRequest,
  verifyGatewaySignature,
} from './gateway-signature';
export type {
  GatewayExpectation,
  GatewayRefusal,
  GatewayVerdict,
  ReceivedRequest,
  SignedParts,
} from './gateway-signature';
export { INTEGRATION_FEED_PATH, SLACK_IDENTITY_FEED_PATH } from './integration-feed';
export type { FedSlackIdentities, FedSlackWorkspace } from './integration-feed';
export { RegionBatchClient } from './region-batch.client';
export type { BatchResult } from './region-batch.client';
export { RegionDirectory, RegionResolutionError } from './region-directory';
export type { Region } from './region-directory';
export { RegionHealth } from './region-health';
export type { CircuitState, Permission } from './region-health';
export { regionClientSettings, regionSettings } from './region-settings';
export { RegionClient } from './region.client';
export type { RegionClientDependencies, RegionRequest, RegionResult } from './region.client';
export { RegionGuard } from './region.guard';
export type { GuardedRequest, RegionGuardDependencies } from './region.guard';
export { ReplayWindow } from './replay-window';
export { siloKeySettings, SigningKeys } from './signing-keys';
export type { SigningKey } from './signing-keys';
