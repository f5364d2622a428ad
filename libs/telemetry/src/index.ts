export { listenerLimits } from './listener-limits';
export { HealthController } from './health.controller';
export { createLogger, describeError, LOGGER, silentLogger } from './logger';
export type { Logger } from './logger';
export { collectProcessMetrics, counter, DURATION_BUCKETS_SECONDS, gauge, histogram, metricsRegistry } from './metrics';
export type { MetricDescription, MetricOptions } from './metrics';
export { NestLogger } from './nest-logger';
export { ReadinessRegistry } from './readiness.registry';
export type { ReadinessResult } from './readiness.registry';
export { requestIdOf } from './request-id';
export { TelemetryModule } from './telemetry.module';
export type { Schema, SchemaReport } from './schema';
export { senderAddressOf } from './sender-address';
export { serve } from './serve';
export { runApp } from './run-app';
export { CounterTally, HistogramTally } from './tally';
export type { CounterCell, HistogramCell } from './tally';
export {
  currentTrace,
  currentTraceparent,
  edgeSpan,
  formatTraceparent,
  outsideTraces,
  parseTraceparent,
  startTracing,
  stopTracing,
  traceOfHeaders,
  tracingSettings,
  useTraceIds,
  withSpan,
} from './tracing';
export type { ActiveSpan, SpanAttributes, SpanOptions, TraceContext, TracingSettings } from './tracing';
