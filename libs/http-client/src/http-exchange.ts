/** One outgoing request. Nothing of it is altered, decoded or completed but `Host`, `Content-Length` and `Connection`. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as they go on the wire; begins with `/`. */
  readonly path: string;
  /** Name, value, name, value, …; without `Host`, `Content-Length` and hop-by-hop headers, which the client sets. */
  readonly headers: readonly string[];
  /** Empty for none. */
  readonly body: Buffer;
  /** For the whole exchange: waiting for a connection, connecting, sending, receiving. Kept to about 10 ms. */
  readonly timeoutMs: number;
  /** One byte more of response body is a failure. */
  readonly maxResponseBytes: number;
  /** Which response headers are wanted; all when absent. Values of the others are not even decoded. */
  readonly keepsResponseHeader?: (name: string) => boolean;
}

/**
 * Why there is no response.
 *
 * - `connect`: no connection came about, so nothing was sent.
 * - `timeout`: `timeoutMs` passed; `detail` says in which phase.
 * - `reset`: the connection broke after sending had begun; the server may have done its work.
 * - `too_large`: the response body passed `maxResponseBytes`.
 * - `invalid`: the request cannot be sent, or the response is not HTTP/1.1.
 */
export type HttpFailureReason = 'connect' | 'timeout' | 'reset' | 'too_large' | 'invalid';

/** A complete response, whatever its status. */
export interface HttpResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Name, value, name, value, … in the order they came, case and repeats kept. */
  readonly headers: readonly string[];
  /** As sent, not decompressed; empty when there is none. */
  readonly body: Buffer;
}

/** No complete response. */
export interface HttpFailure {
  readonly kind: 'failure';
  readonly failure: HttpFailureReason;
  /** An error code or a fixed phrase; safe to log, holds no address and nothing that was sent. */
  readonly detail: string;
}

/** How an exchange ended. */
export type HttpResult = HttpResponse | HttpFailure;
