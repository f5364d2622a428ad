/*
 * The process's tracer.
 *
 * One per process, like its metrics: the work that runs now is known to every log line and every outgoing request without
 * being handed through each function (docs/decisions/0038-traces.md).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { UNRECORDED } from './span';
import type { ActiveSpan, SpanDriver, SpanOptions } from './span';
import { formatTraceparent, newUnrecordedContext, parseTraceparent } from './trace-context';
import type { TraceContext } from './trace-context';

const current = new AsyncLocalStorage<TraceContext | undefined>();
let driver: SpanDriver | undefined;
let hasIds = false;
let edgeMode: 'link' | 'parent' = 'link';

/** Spans go to this driver from now on; without one none are made. */
export function useSpanDriver(next: SpanDriver | undefined): void {
  driver = next;
}

/**
 * Whether work has trace ids where no spans are made. Off, nothing touches the storage: before Node.js 24 its first use makes every
 * promise of the process slower.
 */
export function useTraceIds(isOn: boolean): void {
  hasIds = isOn;
}

/** What {@link edgeSpan} makes of a stranger's context. */
export function useEdgeMode(mode: 'link' | 'parent'): void {
  edgeMode = mode;
}

/** Sends what is waiting and makes no more spans. */
export async function stopTracing(limitMs: number): Promise<void> {
  const stopping = driver;
  driver = undefined;
  await stopping?.stop(limitMs);
}

/** Where the current work stands; `undefined` outside of any. */
export function currentTrace(): TraceContext | undefined {
  return current.getStore();
}

/** The current work as `traceparent`, to be sent or stored with what it leads to. */
export function currentTraceparent(): string | undefined {
  const context = current.getStore();
  return context === undefined ? undefined : formatTraceparent(context);
}

/**
 * Starts work that serves others too and outlives the request that happened to start it: a batch, a drain, a timer.
 *
 * Without it every log line of such work would name one request's trace, and so would what it starts in turn.
 */
export function outsideTraces<Value>(work: () => Value): Value {
  return current.getStore() === undefined ? work() : current.run(undefined, work);
}

/**
 * Does work as a span of its own; what it throws marks the span as failed and is thrown on.
 *
 * Without a driver it costs no more than knowing the trace id, and nothing where ids are off: nested work runs as it is.
 */
export async function withSpan<Value>(
  name: string,
  options: SpanOptions,
  work: (span: ActiveSpan) => Promise<Value>,
): Promise<Value> {
  if (driver === undefined && !hasIds) return work(UNRECORDED);
  const parent = options.parent === undefined ? current.getStore() : (options.parent ?? undefined);
  if (driver === undefined) {
    if (parent !== undefined && parent === current.getStore()) return work(UNRECORDED);
    return current.run(parent ?? newUnrecordedContext(), work, UNRECORDED);
  }
  const span = driver.start(name, options, parent);
  try {
    return await current.run(span.context, work, span);
  } catch (error) {
    span.fail(error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** Options for the span of a stranger's request: linked to its `traceparent` or part of it, as the setting says. */
export function edgeSpan(rawHeaders: readonly string[]): SpanOptions {
  if (driver === undefined && (!hasIds || edgeMode === 'link')) return NEW_TRACE;
  const given = traceOfHeaders(rawHeaders);
  if (given === undefined) return NEW_TRACE;
  return edgeMode === 'parent' ? { kind: 'server', parent: given } : { ...NEW_TRACE, links: [given] };
}

/** The context that a request of ours carries; only for senders whose signature has been checked. */
export function traceOfHeaders(rawHeaders: readonly string[]): TraceContext | undefined {
  return parseTraceparent(headerOf(rawHeaders, 'traceparent'));
}

const NEW_TRACE: SpanOptions = { kind: 'server', parent: null };

function headerOf(rawHeaders: readonly string[], wanted: string): string | undefined {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === wanted.length && name.toLowerCase() === wanted) return rawHeaders[index + 1];
  }
  return undefined;
}
