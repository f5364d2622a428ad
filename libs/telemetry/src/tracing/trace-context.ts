import { randomBytes } from 'node:crypto';

/** Where a piece of work stands in its trace (W3C Trace Context, level 1). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** `00-` and its three parts; later versions may append, but nothing that we read. */
const TRACEPARENT_MAX = 128;

/** Reads a `traceparent`; `undefined` for one that is not well formed, as the standard asks (§3.2.2). */
export function parseTraceparent(value: unknown): TraceContext | undefined {
  if (typeof value !== 'string' || value.length > TRACEPARENT_MAX) return undefined;
  const [, traceId, spanId, flags, more] = TRACEPARENT.exec(value) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Version 00 has four parts and no more.
  if (more !== undefined && value.startsWith('00')) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a context as `traceparent`, for a header, a row or a job. */
export function formatTraceparent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** Entropy is drawn for so many contexts at a time: a call for each would cost more than the rest of it. */
const CONTEXTS_PER_DRAW = 128;
const CONTEXT_BYTES = 24;
let entropy = '';
let used = 0;

/** A new trace that nobody records: its ids are for log lines only. */
export function newUnrecordedContext(): TraceContext {
  if (used >= entropy.length) {
    entropy = randomBytes(CONTEXTS_PER_DRAW * CONTEXT_BYTES).toString('hex');
    used = 0;
  }
  const traceId = entropy.slice(used, used + 32);
  const spanId = entropy.slice(used + 32, used + 48);
  used += 48;
  return { traceId, spanId, isSampled: false };
}
