import { boolean, custom, defineSettings, oneOf, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** Where spans go, and how many. */
export const tracingSettings = defineSettings('Traces', {
  otlpUrl: url({
    env: 'SWITCHYARD_OTLP_URL',
    optional: true,
    schemes: ['http', 'https'],
    example: 'http://collector:4318',
    description:
      'OpenTelemetry collector (OTLP over HTTP, JSON; `/v1/traces` is appended). Without it no spans are made.',
  }),
  traceRatio: custom({
    env: 'SWITCHYARD_TRACE_RATIO',
    default: '0.1',
    accepted: 'number from 0 to 1',
    example: '0.1',
    description: 'Share of new traces that is recorded; a trace that another app began keeps its decision.',
    parse: parseRatio,
  }),
  traceIds: boolean({
    env: 'SWITCHYARD_TRACE_IDS',
    default: 'false',
    description:
      'Without a collector: log lines have trace ids all the same, and apps hand them on. Costs throughput at the edge, most of all before Node.js 24.',
  }),
  edgeTrace: oneOf({
    env: 'SWITCHYARD_TRACE_EDGE',
    default: 'link',
    words: ['link', 'parent'],
    description:
      'What the `traceparent` of a sender at the public edge is to us: `link` begins a trace of our own that links to it, `parent` continues it, its sampling included.',
  }),
});

/** The values of {@link tracingSettings}. */
export type TracingSettings = SettingsOf<typeof tracingSettings>;

function parseRatio(text: string): number {
  if (!/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(text)) throw new Error('it is not a number from 0 to 1');
  return Number(text);
}
