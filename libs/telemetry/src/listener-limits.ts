/** How long senders may take. */
export interface ListenerTimes {
  /** For the whole head of a request. */
  readonly headersTimeoutMs?: number;
  /** For the whole request. */
  readonly requestTimeoutMs?: number;
}

/** What a gateway takes of a provider's headers, with those that it adds itself. */
const HEADERS_MAX_BYTES = 64 * 1024;
/** Longer than a load balancer's own idle limit (60 s is common), so that it is never us who closes first. */
const KEEP_ALIVE_MS = 72_000;
/** Node.js looks for slow senders this often. */
const CHECK_MS = 500;

/**
 * Options of Fastify for a listener that silos and operators call: a sender that is slow is answered 408, headers that are too large 431.
 * Bodies are limited by route, and by Fastify's own mebibyte. The public edge has limits of its own.
 */
export function listenerLimits({ headersTimeoutMs = 10_000, requestTimeoutMs = 60_000 }: ListenerTimes = {}) {
  return {
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: headersTimeoutMs,
      maxHeaderSize: HEADERS_MAX_BYTES,
      connectionsCheckingInterval: CHECK_MS,
    },
  };
}
