export {
  currentTrace,
  currentTraceparent,
  edgeSpan,
  outsideTraces,
  stopTracing,
  traceOfHeaders,
  useTraceIds,
  withSpan,
} from './tracing';
export { formatTraceparent, parseTraceparent } from './trace-context';
export type { TraceContext } from './trace-context';
export type { ActiveSpan, SpanAttributes, SpanOptions } from './span';
export { startTracing } from './start-tracing';
export { tracingSettings } from './tracing.settings';
export type { TracingSettings } from './tracing.settings';
