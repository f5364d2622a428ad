import type { Clock } from '@switchyard/primitives';
import { breakerChanges } from './delivery.metrics';

const WINDOW_MS = 600_000;
const ATTEMPTS_MIN = 20;
const FAILURE_SHARE = 0.5;
const OPEN_MS = 300_000;
const ENDPOINTS_MAX = 100_000;

interface Endpoint {
  windowStartedAt: number;
  attempts: number;
  failures: number;
  /** 0 while closed. */
  openUntil: number;
  isProbing: boolean;
}

/**
 * Keeps a broken endpoint from being asked again and again (spec: outgoing-webhooks.md §11.2). Deliveries are put off, not dropped; after
 * five minutes one probes. In memory: every process finds out for itself.
 */
export class EndpointBreaker {
  private readonly endpoints = new Map<string, Endpoint>();

  constructor(private readonly clock: Clock) {}

  /** How long to wait before the next attempt; 0 when one may be made now, which must be followed by {@link report}. */
  waitMs(key: string): number {
    const endpoint = this.endpoints.get(key);
    if (endpoint === undefined || endpoint.openUntil === 0) return 0;
    const waitMs = endpoint.openUntil - this.clock.monotonic();
    if (waitMs > 0) return waitMs;
    return endpoint.isProbing ? OPEN_MS / 10 : 0;
  }

  /** Tells that an attempt begins: of an open breaker it is the probe. */
  begin(key: string): void {
    const endpoint = this.endpoints.get(key);
    if (endpoint !== undefined && endpoint.openUntil !== 0) endpoint.isProbing = true;
  }

  /** Learns how an attempt ended. */
  report(key: string, isFailure: boolean): void {
    const now = this.clock.monotonic();
    const endpoint = this.of(key, now);
    if (endpoint.openUntil !== 0) {
      endpoint.isProbing = false;
      if (isFailure) this.open(endpoint, now);
      else this.close(endpoint, now);
      return;
    }
    if (now - endpoint.windowStartedAt > WINDOW_MS) {
      Object.assign(endpoint, { windowStartedAt: now, attempts: 0, failures: 0 });
    }
    endpoint.attempts += 1;
    if (isFailure) endpoint.failures += 1;
    if (endpoint.attempts >= ATTEMPTS_MIN && endpoint.failures >= endpoint.attempts * FAILURE_SHARE)
      this.open(endpoint, now);
  }

  private open(endpoint: Endpoint, now: number): void {
    endpoint.openUntil = now + OPEN_MS;
    breakerChanges.inc({ to: 'open' });
  }

  private close(endpoint: Endpoint, now: number): void {
    Object.assign(endpoint, { windowStartedAt: now, attempts: 0, failures: 0, openUntil: 0 });
    breakerChanges.inc({ to: 'closed' });
  }

  private of(key: string, now: number): Endpoint {
    let endpoint = this.endpoints.get(key);
    if (endpoint === undefined) {
      if (this.endpoints.size >= ENDPOINTS_MAX) this.endpoints.clear();
      endpoint = { windowStartedAt: now, attempts: 0, failures: 0, openUntil: 0, isProbing: false };
      this.endpoints.set(key, endpoint);
    }
    return endpoint;
  }
}
