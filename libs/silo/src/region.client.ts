import type { HttpFailureReason, HttpPools, HttpResult } from '@switchyard/http-client';
import type { Clock } from '@switchyard/primitives';
import { randomBytes } from 'node:crypto';
import { currentTraceparent } from '@switchyard/telemetry';
import {
  forwardableHeaders,
  GATEWAY_HEADERS,
  mayBeReturnable,
  returnableHeaders,
  TRACE_HEADER,
} from './gateway-headers';
import { sha256Hex, signGatewayRequest } from './gateway-signature';
import type { RegionDirectory } from './region-directory';
import type { RegionHealth } from './region-health';
import { countRegionRequest } from './region-metrics';
import type { SigningKeys } from './signing-keys';

/** 4 MiB: far beyond what a provider reads of an answer. */
const DEFAULT_MAX_RESPONSE_BYTES = 4_194_304;

/** What {@link RegionClient} is made of. */
export interface RegionClientDependencies {
  readonly directory: RegionDirectory;
  readonly pools: HttpPools;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly maxResponseBytes?: number;
  /** Without it every request is sent, however the region is doing. */
  readonly health?: RegionHealth;
}

/** One inbound request to be forwarded. */
export interface RegionRequest {
  readonly method: string;
  /** As it came, not decoded. */
  readonly pathAndQuery: string;
  /** As they came: name, value, name, value, …; the client leaves out what must not be forwarded. */
  readonly headers: readonly string[];
  /** The exact bytes: providers sign them. */
  readonly body: Buffer;
  /** {@link sha256Hex} of `body`, when it is known already. */
  readonly bodySha256Hex?: string;
  readonly integrationId?: string;
  /** Whether the provider's signature has been checked here, so that the region need not check its age again. */
  readonly isVerified: boolean;
  /** The same for every attempt of one delivery. */
  readonly deliveryId: string;
  readonly timeoutMs: number;
  /** The trace that it belongs to; that of the current work when absent. */
  readonly traceparent?: string;
}

/** How a request to a region ended. A response is judged by nothing but its status. */
export type RegionResult =
  | {
      readonly kind: 'response';
      readonly region: string;
      readonly status: number;
      /** What may be shown to a provider: hop-by-hop and internal headers are gone. */
      readonly headers: readonly string[];
      readonly body: Buffer;
    }
  | {
      readonly kind: 'failure';
      readonly region: string;
      /** `not_now`: nothing was sent, because the region's circuit is open or the region asked for a pause. */
      readonly failure: HttpFailureReason | 'not_now';
      readonly detail: string;
      /** With `not_now`: when to try again. */
      readonly waitMs?: number;
    };

/**
 * Forwards requests to regions and signs them (docs/decisions/0004-gateway-signature.md).
 *
 * It connects to the configured addresses only, follows no redirect and tries once.
 */
export class RegionClient {
  /** Makes attempts of this process different from those of any other. */
  private readonly attemptPrefix = randomBytes(9).toString('base64url');
  private attemptCount = 0;
  private timestamp = '';
  private timestampSecond = -1;

  constructor(private readonly deps: RegionClientDependencies) {}

  /**
   * Sends one request; resolves with how it ended.
   *
   * @throws RegionResolutionError when the region is not configured (the promise rejects)
   */
  send(regionName: string, request: RegionRequest): Promise<RegionResult> {
    return new Promise((resolve) => {
      const { address } = this.deps.directory.get(regionName);
      const permission = this.deps.health?.permit(regionName);
      if (permission?.kind === 'wait') return resolve(notNow(regionName, permission.waitMs));
      const outgoing = {
        method: request.method,
        path: request.pathAndQuery,
        headers: this.signedHeaders(regionName, request),
        body: request.body,
        timeoutMs: request.timeoutMs,
        maxResponseBytes: this.deps.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
        keepsResponseHeader: mayBeReturnable,
      };
      this.deps.pools.dispatch(address, outgoing, (result) => {
        countRegionRequest(regionName, result);
        this.learn(regionName, result);
        resolve(toRegionResult(regionName, result));
      });
    });
  }

  private learn(regionName: string, result: HttpResult): void {
    const { health } = this.deps;
    if (health === undefined) return;
    health.report(regionName, result);
    if (result.kind === 'response' && result.status === 429) health.pause(regionName, retryAfterMs(result.headers));
  }

  private signedHeaders(region: string, request: RegionRequest): string[] {
    const { method, pathAndQuery, isVerified, deliveryId, integrationId = '' } = request;
    const timestamp = this.unixSeconds();
    const attempt = this.nextAttempt();
    const bodySha256Hex = request.bodySha256Hex ?? sha256Hex(request.body);
    const signature = signGatewayRequest(
      { timestamp, method, pathAndQuery, bodySha256Hex, region, integrationId, isVerified, deliveryId, attempt },
      this.deps.keys.current.key,
    );
    const headers = forwardableHeaders(request.headers);
    headers.push(
      GATEWAY_HEADERS.timestamp,
      timestamp,
      GATEWAY_HEADERS.region,
      region,
      GATEWAY_HEADERS.integration,
      integrationId,
      GATEWAY_HEADERS.verified,
      isVerified ? '1' : '0',
      GATEWAY_HEADERS.delivery,
      deliveryId,
      GATEWAY_HEADERS.attempt,
      attempt,
      GATEWAY_HEADERS.signature,
      signature,
    );
    const traceparent = request.traceparent ?? currentTraceparent();
    if (traceparent !== undefined) headers.push(TRACE_HEADER, traceparent);
    return headers;
  }

  /** Signed when sent, not when received: a stored request may be hours old. */
  private unixSeconds(): string {
    const second = Math.floor(this.deps.clock.now() / 1000);
    if (second !== this.timestampSecond) {
      this.timestampSecond = second;
      this.timestamp = String(second);
    }
    return this.timestamp;
  }

  private nextAttempt(): string {
    this.attemptCount += 1;
    return this.attemptPrefix + this.attemptCount.toString(36);
  }
}

const notNow = (region: string, waitMs: number): RegionResult => ({
  kind: 'failure',
  region,
  failure: 'not_now',
  detail: 'nothing is sent to this region at the moment',
  waitMs,
});

/** A 429 that does not say for how long. */
const PAUSE_DEFAULT_MS = 1_000;

/** `Retry-After` in seconds; dates are not expected of our own regions. */
function retryAfterMs(headers: readonly string[]): number {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'retry-after');
  const seconds = at < 0 ? Number.NaN : Number(headers[at + 1]);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : PAUSE_DEFAULT_MS;
}

function toRegionResult(region: string, result: HttpResult): RegionResult {
  if (result.kind === 'failure') return { kind: 'failure', region, failure: result.failure, detail: result.detail };
  const { status, headers, body } = result;
  return { kind: 'response', region, status, headers: returnableHeaders(headers), body };
}
