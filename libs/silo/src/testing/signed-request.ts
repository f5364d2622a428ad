import { GATEWAY_HEADERS } from '../gateway-headers';
import { sha256Hex, signGatewayRequest } from '../gateway-signature';
import { SigningKeys } from '../signing-keys';

/** Keys for specs: one per id, each a different run of 32 bytes. */
export function testKeys(...ids: readonly string[]): SigningKeys {
  const keyOf = (id: string) => Buffer.alloc(32, id).toString('base64');
  return SigningKeys.parse(ids.map((id) => `${id}:${keyOf(id)}`).join(','));
}

/** What the gateway would say of a request; all but the first five have defaults. */
export interface SignedRequestOptions {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly body: Buffer;
  readonly region: string;
  readonly keys: SigningKeys;
  readonly nowMs: number;
  readonly integrationId?: string;
  readonly isVerified?: boolean;
  readonly deliveryId?: string;
  readonly attempt?: string;
}

/** The headers that the gateway adds to a request, by lower-case name, as a region's server shows them. */
export function gatewayHeadersFor(options: SignedRequestOptions): Record<string, string> {
  const { method, pathAndQuery, region, integrationId = '', isVerified = true } = options;
  const { deliveryId = 'delivery-1', attempt = 'attempt-1' } = options;
  const timestamp = String(Math.floor(options.nowMs / 1000));
  const bodySha256Hex = sha256Hex(options.body);
  const signature = signGatewayRequest(
    { timestamp, method, pathAndQuery, bodySha256Hex, region, integrationId, isVerified, deliveryId, attempt },
    options.keys.current.key,
  );
  return {
    [GATEWAY_HEADERS.timestamp.toLowerCase()]: timestamp,
    [GATEWAY_HEADERS.region.toLowerCase()]: region,
    [GATEWAY_HEADERS.integration.toLowerCase()]: integrationId,
    [GATEWAY_HEADERS.verified.toLowerCase()]: isVerified ? '1' : '0',
    [GATEWAY_HEADERS.delivery.toLowerCase()]: deliveryId,
    [GATEWAY_HEADERS.attempt.toLowerCase()]: attempt,
    [GATEWAY_HEADERS.signature.toLowerCase()]: signature,
  };
}
