import { systemClock } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { DeadlineWheel } from './deadline-wheel';
import { Exchange } from './exchange';
import type { HttpFailure, HttpRequest, HttpResult } from './http-exchange';

/** What {@link HttpPools} needs to know. */
export interface HttpPoolsOptions {
  /** Connections to one origin; requests beyond wait for one, within their own timeout. */
  readonly connectionsPerOrigin: number;
  /** For one TCP and TLS handshake; kept to about half a second. */
  readonly connectTimeoutMs: number;
  readonly clock?: Clock;
}

const CLOSED: HttpFailure = { kind: 'failure', failure: 'connect', detail: 'the client is closed' };
const BAD_ORIGIN: HttpFailure = { kind: 'failure', failure: 'invalid', detail: 'not an http(s) origin' };
const BAD_PATH: HttpFailure = { kind: 'failure', failure: 'invalid', detail: 'the path does not begin with /' };

/**
 * Outgoing HTTP/1.1 over kept connections: one pool for each origin, one request at a time on a connection.
 *
 * It never follows a redirect, never tries again and never throws because of the network; every end of an exchange is
 * a value. Pools are kept until {@link close}: give it origins of a configured set, not ones that strangers choose.
 */
export class HttpPools {
  private readonly pools = new Map<string, Pool>();
  private readonly wheel: DeadlineWheel;
  private inFlight = 0;
  private closing: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;

  constructor(private readonly options: HttpPoolsOptions) {
    this.wheel = new DeadlineWheel(options.clock ?? systemClock);
  }

  /** Sends one request to `origin` (`http://host:port`) and resolves with how it ended; never rejects. */
  send(origin: string, request: HttpRequest): Promise<HttpResult> {
    return new Promise((resolve) => this.dispatch(origin, request, resolve));
  }

  /**
   * The same without a promise, for callers that make their own: `onResult` is called exactly once, possibly before
   * this returns, and must not throw.
   */
  dispatch(origin: string, request: HttpRequest, onResult: (result: HttpResult) => void): void {
    if (this.closing !== undefined) return onResult(CLOSED);
    // Otherwise undici would take an absolute URL for a path.
    if (request.path.charCodeAt(0) !== 0x2f) return onResult(BAD_PATH);
    const pool = this.pools.get(origin) ?? this.open(origin);
    if (pool === undefined) return onResult(BAD_ORIGIN);

    const options = dispatchOptions(request);
    const exchange = new Exchange(request, (settled, result) => {
      this.wheel.remove(settled);
      // What was never sent may wait in a queue for a while yet; its bytes need not.
      options.body = null;
      this.inFlight -= 1;
      onResult(result);
      if (this.inFlight === 0) this.onIdle?.();
    });
    this.inFlight += 1;
    this.wheel.add(exchange, request.timeoutMs);
    pool.dispatch(options, exchange);
  }

  /** Lets running exchanges end (each within its timeout), then closes every connection. New ones fail to `connect`. */
  close(): Promise<void> {
    this.closing ??= this.closeWhenIdle();
    return this.closing;
  }

  private async closeWhenIdle(): Promise<void> {
    if (this.inFlight > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private open(origin: string): Pool | undefined {
    if (!isOrigin(origin)) return undefined;
    const pool = new Pool(origin, {
      connections: this.options.connectionsPerOrigin,
      pipelining: 1,
      connect: { timeout: this.options.connectTimeoutMs },
      // The wheel bounds the whole exchange; undici's own timers would only cost.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.pools.set(origin, pool);
    return pool;
  }
}

function dispatchOptions(request: HttpRequest): Dispatcher.DispatchOptions {
  return {
    method: request.method,
    path: request.path,
    // undici reads the array and keeps a copy.
    headers: request.headers as string[],
    body: request.body.length === 0 ? null : request.body,
  };
}

function isOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const parsed = new URL(origin);
  return (parsed.protocol === 'http:' || parsed.protocol === 'https:') && parsed.origin === origin;
}
