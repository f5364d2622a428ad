/** The headers of a forwarded request by which a region knows that the gateway sent it. */
export const GATEWAY_HEADERS = {
  /** Unix seconds at which it was signed. */
  timestamp: 'X-Gateway-Timestamp',
  /** Name of the region that it is meant for. */
  region: 'X-Gateway-Region',
  /** Id of the integration in the directory; empty when there is none. */
  integration: 'X-Gateway-Integration',
  /** `1` when the gateway has checked the provider's signature, otherwise `0`. */
  verified: 'X-Gateway-Verified',
  /** Idempotency key: the same for every attempt of one delivery. */
  delivery: 'X-Gateway-Delivery',
  /** Never the same twice. */
  attempt: 'X-Gateway-Attempt',
  /** `v1=` and 64 hexadecimal digits. */
  signature: 'X-Gateway-Signature',
} as const;

/** The standard name (W3C Trace Context), so that proxies between silos understand it too; set by the gateway alone. */
export const TRACE_HEADER = 'traceparent';

const GATEWAY_PREFIX = 'x-gateway-';

/** Meant for one connection only (RFC 9110 §7.6.1), or set anew for each. */
const HOP_BY_HOP = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'trailers',
  'transfer-encoding',
  'upgrade',
];

/** Not forwarded to a region (spec: gateway.md §4.2). */
const isRequestHeaderDropped = nameFilter([
  ...HOP_BY_HOP,
  'host',
  'x-forwarded-proto',
  'content-encoding',
  // A region believes what is signed by the gateway, so a sender must not tell it which trace it is part of.
  TRACE_HEADER,
  'tracestate',
]);

/**
 * Not given back to a provider (§4.3). `Content-Encoding` stays, unlike in the reference: nothing here decompresses, so
 * without it the body could not be read. The last five are internal to compatible deployments (§10, W-33).
 */
const isResponseHeaderDropped = nameFilter([
  ...HOP_BY_HOP,
  'host',
  'x-forwarded-proto',
  'x-sentry-subnet-organization-integration',
  'x-sentry-subnet-signature',
  'x-sentry-subnet-base-url',
  'x-sentry-subnet-path',
  'x-sentry-proxy-url',
]);

/** The headers of an inbound request that go on to a region, as name, value, …; order, case and repeats are kept. */
export function forwardableHeaders(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  let nominated: Set<string> | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    if (!isRequestHeaderDropped(name)) kept.push(name, value);
    else if (isConnection(name)) nominated = nominatedBy(value, nominated);
  }
  return nominated === undefined ? kept : without(kept, nominated);
}

/**
 * Whether a region's response header may be shown to a provider; the client asks it before it decodes a value.
 *
 * `Connection` passes, because what it names must go too: {@link returnableHeaders} needs to see it.
 */
export function mayBeReturnable(name: string): boolean {
  return !isResponseHeaderDropped(name) || isConnection(name);
}

/** The headers of a region's response that go back to a provider; order, case and repeats are kept. */
export function returnableHeaders(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  let nominated: Set<string> | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const value = rawHeaders[index + 1] as string;
    if (!isResponseHeaderDropped(name)) kept.push(name, value);
    else if (isConnection(name)) nominated = nominatedBy(value, nominated);
  }
  return nominated === undefined ? kept : without(kept, nominated);
}

/** Everything but `X-Gateway-*`, which only the gateway may set. */
export function stripGatewayHeaders(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!isGatewayHeader(name)) kept.push(name, rawHeaders[index + 1] as string);
  }
  return kept;
}

/**
 * A test for names, in any case. Most names are let through by their length alone: it runs for every header of every
 * forwarded request.
 */
function nameFilter(names: readonly string[]): (name: string) => boolean {
  const dropped = new Set(names);
  const hasLength: boolean[] = [];
  for (const name of names) hasLength[name.length] = true;
  return (name) => (hasLength[name.length] === true && dropped.has(name.toLowerCase())) || isGatewayHeader(name);
}

/** Looks at two letters first, because many names begin with `X-`. */
function isGatewayHeader(name: string): boolean {
  return (
    name.length >= GATEWAY_PREFIX.length &&
    (name.charCodeAt(2) | 0x20) === 0x67 &&
    (name.charCodeAt(3) | 0x20) === 0x61 &&
    name.slice(0, GATEWAY_PREFIX.length).toLowerCase() === GATEWAY_PREFIX
  );
}

function isConnection(name: string): boolean {
  return name.length === 10 && name.toLowerCase() === 'connection';
}

/** Adds the names that a `Connection` value lists; its two usual values list nothing of interest. */
function nominatedBy(value: string, before: Set<string> | undefined): Set<string> | undefined {
  if (value === 'keep-alive' || value === 'close') return before;
  const names = before ?? new Set<string>();
  for (const part of value.split(',')) names.add(part.trim().toLowerCase());
  return names;
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    if (!names.has(name.toLowerCase())) kept.push(name, headers[index + 1] as string);
  }
  return kept;
}
