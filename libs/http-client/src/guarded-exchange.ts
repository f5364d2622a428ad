/** One request to an address that a stranger chose. */
export interface GuardedRequest {
  /** `POST` when absent. */
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** From the name lookup to the last byte of the answer. */
  readonly totalTimeoutMs: number;
  /** For the name lookup, and again for connecting with TLS. */
  readonly connectTimeoutMs: number;
  /** From the sent request to the head of the answer. */
  readonly firstByteTimeoutMs: number;
  /** What comes beyond is cut off and the connection closed. */
  readonly maxResponseBytes: number;
}

/** Milliseconds from the start until each phase had ended; absent when it was not reached. */
export interface ExchangePhases {
  readonly lookupMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

/** Why there is no answer (spec: outgoing-webhooks.md §2.8.3). */
export type GuardedFailureReason =
  | 'timeout_connect'
  | 'timeout_read'
  | 'timeout_total'
  | 'dns'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'protocol'
  | 'blocked_address'
  | 'invalid_url';

/** How a guarded exchange ended. */
export type GuardedResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
      readonly isTruncated: boolean;
      readonly address: string;
      readonly phases: ExchangePhases;
    }
  | {
      readonly kind: 'failure';
      readonly reason: GuardedFailureReason;
      /** An error code or a fixed phrase; never an address that was resolved. */
      readonly detail: string;
      readonly phases: ExchangePhases;
    };
