/*
 * How each region is doing, as the requests to it tell.
 *
 * A circuit per region (gateway.md §10, W-09): when many requests fail, none is sent for a while; then one probes, and its outcome
 * decides. And a limit of how many stored webhooks are sent at once, which follows how the region answers: it halves when the
 * region is overloaded (429, a timeout) and grows by one with each round of successes. Both live in memory: every process finds
 * out for itself, and a restart begins afresh.
 */
import type { HttpResult } from '@switchyard/http-client';
import type { Clock } from '@switchyard/primitives';
import { circuitChanges, circuitState } from './region-metrics';

/** Whether a request may be sent now. */
export type Permission = { readonly kind: 'go' } | { readonly kind: 'wait'; readonly waitMs: number };

/** How a region's circuit stands: requests flow, none does, or one is probing. */
export type CircuitState = 'closed' | 'open' | 'half_open';

const WINDOW_MS = 30_000;
/** Fewer failures say nothing, whatever their share. */
const FAILURES_MIN = 20;
const OPEN_FIRST_MS = 5_000;
const OPEN_LONGEST_MS = 60_000;
/** A probe that nobody reports on would keep the circuit half open for ever. */
const PROBE_MAX_MS = 60_000;
/** The limit halves once per so long: one burst of refusals is one sign. */
const HALVE_EVERY_MS = 1_000;
/** A region's own word on when to come back is believed up to this. */
const PAUSE_LONGEST_MS = 600_000;

interface Region {
  state: CircuitState;
  windowStartedAt: number;
  total: number;
  failures: number;
  openMs: number;
  /** Until when nothing is sent. */
  waitUntil: number;
  probeUntil: number;
  limit: number;
  halvedAt: number;
}

const GO: Permission = { kind: 'go' };

/** The health of all regions, as this process sees it. */
export class RegionHealth {
  private readonly regions = new Map<string, Region>();

  constructor(
    private readonly clock: Clock,
    private readonly limitMax = Infinity,
  ) {}

  /** Asks to send one request; a half-open circuit lets one go as a probe. Every `go` must be followed by {@link report}. */
  permit(name: string): Permission {
    const region = this.of(name);
    const now = this.clock.monotonic();
    if (region.waitUntil > now) return { kind: 'wait', waitMs: region.waitUntil - now };
    if (region.state === 'closed') return GO;
    if (region.state === 'half_open' && region.probeUntil > now) {
      return { kind: 'wait', waitMs: Math.min(region.probeUntil - now, OPEN_FIRST_MS) };
    }
    region.probeUntil = now + PROBE_MAX_MS;
    this.change(name, region, 'half_open');
    return GO;
  }

  /** Learns from how a request ended. */
  report(name: string, result: HttpResult): void {
    const region = this.of(name);
    const now = this.clock.monotonic();
    if (now - region.windowStartedAt > WINDOW_MS)
      Object.assign(region, { windowStartedAt: now, total: 0, failures: 0 });
    region.total += 1;
    if (isOverload(result)) this.halve(region, now);
    else if (!isFailure(result)) region.limit = Math.min(this.limitMax, region.limit + 1 / region.limit);
    if (!isFailure(result)) return this.succeed(name, region);
    region.failures += 1;
    const isSick = region.failures >= FAILURES_MIN && region.failures * 2 >= region.total;
    if (region.state === 'half_open' || (region.state === 'closed' && isSick)) this.open(name, region, now);
  }

  /** Sends nothing to a region for a while, because it said so (429 with `Retry-After`). */
  pause(name: string, ms: number): void {
    const region = this.of(name);
    region.waitUntil = Math.max(region.waitUntil, this.clock.monotonic() + Math.min(ms, PAUSE_LONGEST_MS));
  }

  /** How many stored webhooks may be on their way at once; 0 while nothing may be sent, 1 for a probe. */
  limitOf(name: string): { readonly limit: number; readonly waitMs: number } {
    const region = this.of(name);
    const waitMs = region.waitUntil - this.clock.monotonic();
    if (waitMs > 0) return { limit: 0, waitMs };
    return { limit: region.state === 'closed' ? Math.max(1, Math.floor(region.limit)) : 1, waitMs: 0 };
  }

  /** For operators and tests. */
  stateOf(name: string): CircuitState {
    return this.of(name).state;
  }

  private succeed(name: string, region: Region): void {
    if (region.state === 'closed') return;
    Object.assign(region, { openMs: OPEN_FIRST_MS, total: 0, failures: 0, waitUntil: 0, probeUntil: 0 });
    this.change(name, region, 'closed');
  }

  /** Each failed probe doubles the wait. */
  private open(name: string, region: Region, now: number): void {
    if (region.state === 'half_open') region.openMs = Math.min(region.openMs * 2, OPEN_LONGEST_MS);
    region.waitUntil = now + region.openMs;
    region.probeUntil = 0;
    this.change(name, region, 'open');
  }

  private halve(region: Region, now: number): void {
    if (now - region.halvedAt < HALVE_EVERY_MS) return;
    region.halvedAt = now;
    region.limit = Math.max(1, Math.min(region.limit, 1_024) / 2);
  }

  private change(name: string, region: Region, state: CircuitState): void {
    if (region.state === state) return;
    region.state = state;
    circuitChanges.inc({ region: name, to: state });
    circuitState.set({ region: name }, { closed: 0, half_open: 1, open: 2 }[state]);
  }

  private of(name: string): Region {
    let region = this.regions.get(name);
    if (region === undefined) {
      region = {
        state: 'closed',
        windowStartedAt: this.clock.monotonic(),
        total: 0,
        failures: 0,
        openMs: OPEN_FIRST_MS,
        waitUntil: 0,
        probeUntil: 0,
        limit: this.limitMax,
        halvedAt: -Infinity,
      };
      this.regions.set(name, region);
    }
    return region;
  }
}

/** The region is not there, or what stands before it says so; its own errors are answers. */
function isFailure(result: HttpResult): boolean {
  return result.kind === 'failure'
    ? result.failure !== 'invalid' && result.failure !== 'too_large'
    : result.status >= 502 && result.status <= 504;
}

const isOverload = (result: HttpResult): boolean =>
  result.kind === 'failure' ? result.failure === 'timeout' : result.status === 429;
