import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import type { Link, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { hostname } from 'node:os';
import type { SpanAttributes, SpanDriver, SpanOptions, StartedSpan } from './span';
import type { TraceContext } from './trace-context';

/** Spans that wait for the collector; more are dropped, because a collector that is away must not fill the memory. */
const QUEUE_SPANS = 4_096;
const BATCH_SPANS = 512;
const BATCH_EVERY_MS = 2_000;
const EXPORT_TIMEOUT_MS = 5_000;
/** Attributes are ids and words; what is longer does not belong there. */
const ATTRIBUTE_MAX_LENGTH = 200;

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/** What {@link openOtlpDriver} needs. */
export interface OtlpOptions {
  readonly service: string;
  /** Base address of the collector. */
  readonly url: string;
  /** From 0 to 1, of new traces. */
  readonly ratio: number;
  readonly resource?: Readonly<Record<string, string>>;
}

/** Spans by the OpenTelemetry SDK, in batches to a collector. */
export function openOtlpDriver({ service, url, ratio, resource }: OtlpOptions): SpanDriver {
  const exporter = new OTLPTraceExporter({
    url: `${url.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const processor = new BatchSpanProcessor(exporter, {
    maxQueueSize: QUEUE_SPANS,
    maxExportBatchSize: BATCH_SPANS,
    scheduledDelayMillis: BATCH_EVERY_MS,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.namespace': 'switchyard',
      'service.instance.id': `${hostname()}:${process.pid}`,
      ...resource,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_MAX_LENGTH, attributeCountLimit: 32, linkCountLimit: 128 },
    spanProcessors: [processor],
  });
  // Not registered globally: nothing but this lib makes spans, and libraries' own instrumentation stays off.
  const tracer = provider.getTracer('switchyard');
  return {
    start: (name, options, parent) => start(tracer, name, options, parent),
    stop: (limitMs) => within(limitMs, provider.shutdown()),
  };
}

function start(tracer: Tracer, name: string, options: SpanOptions, parent: TraceContext | undefined): StartedSpan {
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, toSpanContext(parent));
  const links = options.links?.map((link): Link => ({ context: toSpanContext(link) }));
  const span = tracer.startSpan(name, { kind: KINDS[options.kind ?? 'internal'], links }, context);
  if (options.attributes !== undefined) setAttributes(span, options.attributes);
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    context: { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0 },
    isRecording: span.isRecording(),
    set: (attributes) => setAttributes(span, attributes),
    fail: (reason) => void span.setStatus({ code: SpanStatusCode.ERROR, message: reason }),
    end: () => span.end(),
  };
}

function setAttributes(span: Span, attributes: SpanAttributes): void {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) span.setAttribute(name, value);
}

function toSpanContext({ traceId, spanId, isSampled }: TraceContext): SpanContext {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

/** Resolves when the work has ended, well or not, or when its time is over. */
async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, limitMs)));
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}
