export { forwardableHeaders, GATEWAY_HEADERS, returnableHeaders, stripGatewayHeaders } from './gateway-headers';
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
