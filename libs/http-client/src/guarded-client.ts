/*
 * Requests to an address that a stranger chose, without becoming their way into our network.
 *
 * A name is resolved once. If any of its addresses is refused, so is the request; otherwise it connects to one of those
 * very addresses, so a name that changes its mind between check and use gains nothing. TLS and `Host` keep the name.
 * Nothing is followed, nothing is tried again, and proxies of the environment are not used. A connection is kept only where
 * `keepIdleMs` says so, and used again only by a request whose own lookup led to the same address.
 */
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { systemClock } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { AddressRules } from './address-rules';
import { GuardedAgents } from './guarded-agents';
import type { GuardedFailureReason, GuardedRequest, GuardedResult } from './guarded-exchange';
import { guardedFailureReason } from './guarded-failure';
import { checkUrl } from './guarded-url';
import type { UrlRules } from './guarded-url';
import { dnsResolver } from './resolver';
import type { AddressResolver } from './resolver';

/** What {@link GuardedClient} needs to know. */
export interface GuardedClientOptions {
  readonly addresses: AddressRules;
  readonly urls: UrlRules;
  readonly resolver?: AddressResolver;
  /** Certificate authorities to trust instead of the runtime's. */
  readonly ca?: string;
  /** How long connections may wait for another request; absent or 0: none is kept. */
  readonly keepIdleMs?: number;
  readonly clock?: Clock;
}

type Phases = { lookupMs?: number; connectMs?: number; tlsMs?: number; firstByteMs?: number };
type Lookup = { readonly addresses: readonly string[] } | { readonly reason: GuardedFailureReason; detail: string };

export class GuardedClient {
  private readonly clock: Clock;
  private readonly resolver: AddressResolver;
  private readonly agents: GuardedAgents | undefined;

  constructor(private readonly options: GuardedClientOptions) {
    this.clock = options.clock ?? systemClock;
    this.resolver = options.resolver ?? dnsResolver;
    const { keepIdleMs = 0 } = options;
    if (keepIdleMs > 0) this.agents = new GuardedAgents(keepIdleMs);
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.agents?.close();
  }

  /** Sends one request and resolves with how it ended; never rejects. */
  async send(request: GuardedRequest): Promise<GuardedResult> {
    const startedAt = this.clock.monotonic();
    const elapsed = (): number => this.clock.monotonic() - startedAt;
    const phases: Phases = {};
    const failed = (reason: GuardedFailureReason, detail: string): GuardedResult => ({
      kind: 'failure',
      reason,
      detail,
      phases: { ...phases, totalMs: elapsed() },
    });

    const verdict = checkUrl(request.url, this.options.urls);
    if (verdict.kind === 'refused') return failed('invalid_url', verdict.because);
    const host = verdict.url.hostname.replace(/^\[|\]$/g, '');
    const lookup = await this.lookUp(host, Math.min(request.connectTimeoutMs, request.totalTimeoutMs));
    phases.lookupMs = elapsed();
    if ('reason' in lookup) return failed(lookup.reason, lookup.detail);
    if (!lookup.addresses.every((address) => this.options.addresses.isAllowed(address)))
      return failed('blocked_address', 'the address is not allowed');
    const address = lookup.addresses[0] as string;
    return this.exchange({ request, url: verdict.url, host, address, phases, elapsed, failed });
  }

  private async lookUp(host: string, timeoutMs: number): Promise<Lookup> {
    if (isIP(host) !== 0) return { addresses: [host] };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Lookup>((resolve) => {
      timer = setTimeout(() => resolve({ reason: 'dns', detail: 'the name lookup took too long' }), timeoutMs);
    });
    const answer = this.resolver.resolveAll(host, timeoutMs).then(
      (addresses): Lookup => (addresses.length === 0 ? NO_ADDRESS : { addresses }),
      (): Lookup => NO_ADDRESS,
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private exchange(context: ExchangeContext): Promise<GuardedResult> {
    const { request, url, address, phases, elapsed, failed } = context;
    return new Promise((resolve) => {
      const timers = new Set<NodeJS.Timeout>();
      let isSettled = false;
      const outgoing = this.open(context);
      const settle = (result: GuardedResult): void => {
        if (isSettled) return;
        isSettled = true;
        for (const timer of timers) clearTimeout(timer);
        // What was read to its end gives its connection back.
        if (result.kind === 'failure' || result.isTruncated) outgoing.destroy();
        resolve(result);
      };
      const limit = (ms: number, reason: GuardedFailureReason, isOver: () => boolean): void => {
        const timer = setTimeout(() => {
          if (!isOver()) settle(failed(reason, 'too late'));
        }, ms);
        timers.add(timer);
      };
      const isConnected = (): boolean =>
        url.protocol === 'https:' ? phases.tlsMs !== undefined : phases.connectMs !== undefined;
      limit(Math.max(0, request.totalTimeoutMs - elapsed()), 'timeout_total', () => false);
      limit(request.connectTimeoutMs, 'timeout_connect', isConnected);

      const onReady = (): void =>
        limit(request.firstByteTimeoutMs, 'timeout_read', () => phases.firstByteMs !== undefined);
      outgoing.on('socket', (socket) => {
        if (!outgoing.reusedSocket) return watch(socket, phases, elapsed, onReady);
        phases.connectMs = elapsed();
        if (socket instanceof TLSSocket) phases.tlsMs = phases.connectMs;
        onReady();
      });
      outgoing.on('error', (error) => settle(failed(guardedFailureReason(error, isConnected()), codeOf(error))));
      outgoing.on('response', (response) => {
        phases.firstByteMs = elapsed();
        collect(response, request.maxResponseBytes, (end) => {
          if (end.kind === 'cut') return settle(failed('reset', end.detail));
          settle({
            kind: 'response',
            status: response.statusCode ?? 0,
            headers: singleHeaders(response),
            body: end.body,
            isTruncated: end.isTruncated,
            address,
            phases: { ...phases, totalMs: elapsed() },
          });
        });
      });
      outgoing.end(request.body);
    });
  }

  private open({ request, url, host, address }: ExchangeContext): ClientRequest {
    const family = isIP(address);
    const agent = this.agents?.of(url, address);
    const options: RequestOptions & { servername?: string; ca?: string } = {
      method: request.method ?? 'POST',
      host,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...request.headers,
        host: url.host,
        'content-length': String(request.body.length),
        ...(agent === undefined ? { connection: 'close' } : {}),
      },
      agent: agent ?? false,
      lookup: (_name, { all }, done) =>
        all === true ? done(null, [{ address, family }]) : done(null, address, family),
      ...(this.options.ca === undefined ? {} : { ca: this.options.ca }),
      ...(isIP(host) === 0 ? { servername: host } : {}),
    };
    return url.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
  }
}

interface ExchangeContext {
  readonly request: GuardedRequest;
  readonly url: URL;
  readonly host: string;
  readonly address: string;
  readonly phases: Phases;
  readonly elapsed: () => number;
  readonly failed: (reason: GuardedFailureReason, detail: string) => GuardedResult;
}

const NO_ADDRESS: Lookup = { reason: 'dns', detail: 'the name has no address' };

function watch(socket: Socket, phases: Phases, elapsed: () => number, onReady: () => void): void {
  socket.once('connect', () => {
    phases.connectMs = elapsed();
    if (!(socket instanceof TLSSocket)) onReady();
  });
  socket.once('secureConnect', () => {
    phases.tlsMs = elapsed();
    onReady();
  });
}

type BodyEnd = { kind: 'body'; body: Buffer; isTruncated: boolean } | { kind: 'cut'; detail: string };

function collect(response: IncomingMessage, maxBytes: number, onEnd: (end: BodyEnd) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) onEnd({ kind: 'body', body: Buffer.concat(chunks).subarray(0, maxBytes), isTruncated: true });
  });
  response.on('end', () => onEnd({ kind: 'body', body: Buffer.concat(chunks), isTruncated: false }));
  response.on('error', (error) => onEnd({ kind: 'cut', detail: codeOf(error) }));
}

function singleHeaders(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}
