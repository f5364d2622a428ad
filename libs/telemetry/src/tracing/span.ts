import type { TraceContext } from './trace-context';

/** Values are short and from bounded sets, or ids: never a payload, a secret or an address with its query. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What a span is, when it begins. */
export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer' | 'internal';
  /** The work that this one is part of; the current one when absent, none (a new trace) when `null`. */
  readonly parent?: TraceContext | null;
  /** Work that led to this one without containing it. */
  readonly links?: readonly TraceContext[];
  readonly attributes?: SpanAttributes;
}

/** A span under way. */
export interface ActiveSpan {
  /** False when nobody will see it: what is costly to find out need not be found out. */
  readonly isRecording: boolean;
  set(attributes: SpanAttributes): void;
  /** Marks it as failed; `reason` comes from a closed set. */
  fail(reason: string): void;
}

/** A span at work, as a driver gives it. */
export interface StartedSpan extends ActiveSpan {
  readonly context: TraceContext;
  end(): void;
}

/** Makes spans and sends them away. */
export interface SpanDriver {
  start(name: string, options: SpanOptions, parent: TraceContext | undefined): StartedSpan;
  /** Sends what is waiting; resolves when it is sent or `limitMs` have passed. */
  stop(limitMs: number): Promise<void>;
}

/** What work gets when no spans are made. */
export const UNRECORDED: ActiveSpan = { isRecording: false, set: () => undefined, fail: () => undefined };
