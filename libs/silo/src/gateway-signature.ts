import { SwitchyardError } from '@switchyard/primitives';
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { GATEWAY_HEADERS } from './gateway-headers';
import type { ReplayWindow } from './replay-window';
import type { SigningKeys } from './signing-keys';

/** Difference of clocks plus time on the way; the same as Slack's. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

const VERSION = 'v1';
const SIGNATURE_PREFIX = `${VERSION}=`;
const TIMESTAMP_FORMAT = /^\d{1,12}$/;

/** Visible ASCII without `|`, which separates: then no two different requests have the same signed message. */
const FIELD_FORMAT = /^[\x21-\x7b\x7d\x7e]{1,200}$/;
const FIELD_OR_EMPTY_FORMAT = /^[\x21-\x7b\x7d\x7e]{0,200}$/;

/** What the signature covers. */
export interface SignedParts {
  /** Unix seconds, in decimal digits. */
  readonly timestamp: string;
  readonly method: string;
  readonly pathAndQuery: string;
  readonly bodySha256Hex: string;
  readonly region: string;
  readonly integrationId: string;
  readonly isVerified: boolean;
  readonly deliveryId: string;
  readonly attempt: string;
}

/** SHA-256 of a body, in hexadecimal; compute it once when one body goes to several regions. */
export function sha256Hex(body: Buffer): string {
  return hash('sha256', body, 'hex');
}

/**
 * The value of `X-Gateway-Signature`.
 *
 * @throws SwitchyardError when a field cannot be told apart from its neighbours, which is a bug of the caller
 */
export function signGatewayRequest(parts: SignedParts, key: KeyObject): string {
  const areFieldsClear =
    FIELD_FORMAT.test(parts.region) &&
    FIELD_OR_EMPTY_FORMAT.test(parts.integrationId) &&
    FIELD_FORMAT.test(parts.deliveryId) &&
    FIELD_FORMAT.test(parts.attempt);
  if (!areFieldsClear) throw unsignable();
  return SIGNATURE_PREFIX + createHmac('sha256', key).update(signedMessage(parts), 'latin1').digest('hex');
}

/** `v1|timestamp|METHOD|path?query|sha256hex(body)|region|integration|verified|delivery|attempt` */
function signedMessage(parts: SignedParts): string {
  return `${VERSION}|${parts.timestamp}|${parts.method}|${parts.pathAndQuery}|${parts.bodySha256Hex}|${parts.region}|${parts.integrationId}|${parts.isVerified ? '1' : '0'}|${parts.deliveryId}|${parts.attempt}`;
}

/** A request as a region received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** As on the wire: Node's `request.url`. */
  readonly pathAndQuery: string;
  /** By lower-case name: Node's `request.headers`. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly body: Buffer;
}

/** What a request is checked against. */
export interface GatewayExpectation {
  /** Name of the region that checks. */
  readonly region: string;
  readonly keys: SigningKeys;
  readonly nowMs: number;
  readonly replays: ReplayWindow;
}

/** Why a request was not accepted as the gateway's. */
export type GatewayRefusal =
  'missing_headers' | 'bad_format' | 'stale' | 'future' | 'wrong_region' | 'mismatch' | 'replay';

/** Whether a request came from the gateway, and what the gateway says about it. */
export type GatewayVerdict =
  | {
      readonly kind: 'ok';
      readonly integrationId: string | undefined;
      /** Whether the gateway has checked the provider's signature. */
      readonly isVerified: boolean;
      readonly deliveryId: string;
      /** Position of the key that fits; not 0 while a key is being changed. */
      readonly keyIndex: number;
    }
  | { readonly kind: 'refused'; readonly reason: GatewayRefusal };

/** Checks the gateway's signature. The only thing it changes is the memory of `replays`, and that only on `ok`. */
export function verifyGatewaySignature(request: ReceivedRequest, expected: GatewayExpectation): GatewayVerdict {
  const claim = readClaim(request.headers);
  if (typeof claim === 'string') return refused(claim);

  const ageSeconds = Math.floor(expected.nowMs / 1000) - Number(claim.timestamp);
  if (ageSeconds > SIGNATURE_TOLERANCE_SECONDS) return refused('stale');
  if (ageSeconds < -SIGNATURE_TOLERANCE_SECONDS) return refused('future');
  if (claim.region !== expected.region) return refused('wrong_region');

  const signed: SignedParts = {
    timestamp: claim.timestamp,
    method: request.method,
    pathAndQuery: request.pathAndQuery,
    bodySha256Hex: sha256Hex(request.body),
    region: claim.region,
    integrationId: claim.integration,
    isVerified: claim.verified === '1',
    deliveryId: claim.delivery,
    attempt: claim.attempt,
  };
  const signature = Buffer.from(claim.signature.slice(SIGNATURE_PREFIX.length), 'hex');
  const keyIndex = indexOfKey(expected.keys, signedMessage(signed), signature);
  if (keyIndex < 0) return refused('mismatch');

  // Half of it is enough to tell signatures apart, and keeps the memory small.
  if (!expected.replays.remember(signature.toString('latin1', 0, 16), expected.nowMs)) return refused('replay');

  const integrationId = signed.integrationId === '' ? undefined : signed.integrationId;
  return { kind: 'ok', integrationId, isVerified: signed.isVerified, deliveryId: signed.deliveryId, keyIndex };
}

type HeaderValue = string | readonly string[] | undefined;
type GatewayField = keyof typeof GATEWAY_HEADERS;

/** Every header must be there, even an empty one, and once: Node joins repeats with a comma and a space. */
const CLAIM_FORMATS: readonly (readonly [GatewayField, lowerCaseName: string, RegExp])[] = (
  [
    ['timestamp', TIMESTAMP_FORMAT],
    ['region', FIELD_FORMAT],
    ['integration', FIELD_OR_EMPTY_FORMAT],
    ['verified', /^[01]$/],
    ['delivery', FIELD_FORMAT],
    ['attempt', FIELD_FORMAT],
    ['signature', /^v1=[0-9a-f]{64}$/],
  ] as const
).map(([field, format]) => [field, GATEWAY_HEADERS[field].toLowerCase(), format]);

function readClaim(
  headers: ReceivedRequest['headers'],
): Record<GatewayField, string> | 'missing_headers' | 'bad_format' {
  const claim: Partial<Record<GatewayField, string>> = {};
  for (const [field, name, format] of CLAIM_FORMATS) {
    const value = headers[name];
    if (value === undefined) return 'missing_headers';
    if (typeof value !== 'string' || !format.test(value)) return 'bad_format';
    claim[field] = value;
  }
  return claim as Record<GatewayField, string>;
}

function indexOfKey(keys: SigningKeys, message: string, signature: Buffer): number {
  return keys.all.findIndex(({ key }) =>
    timingSafeEqual(createHmac('sha256', key).update(message, 'latin1').digest(), signature),
  );
}

function refused(reason: GatewayRefusal): GatewayVerdict {
  return { kind: 'refused', reason };
}

function unsignable(): SwitchyardError {
  return new SwitchyardError('A field of a gateway request holds a character that cannot be signed', {
    code: 'SWY_SILO_UNSIGNABLE',
    remedy: 'Use ids of at most 200 visible ASCII characters without a vertical bar.',
  });
}
