import { useEdgeMode, useSpanDriver, useTraceIds } from './tracing';
import type { TracingSettings } from './tracing.settings';

/** Turns tracing on as the settings say. The SDK is loaded only when spans go somewhere. */
export async function startTracing(service: string, settings: TracingSettings): Promise<void> {
  useEdgeMode(settings.edgeTrace);
  useTraceIds(settings.traceIds);
  if (settings.otlpUrl === undefined) return;
  const { openOtlpDriver } = await import('./otlp-driver');
  useSpanDriver(openOtlpDriver({ service, url: settings.otlpUrl, ratio: settings.traceRatio }));
}
