import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The process's metrics; served at /metrics. */
export const metricsRegistry = new Registry();

/** A metric's declaration: label values come from closed sets, never from a path, an id or an error text. */
export interface MetricOptions<Label extends string> {
  readonly name: string;
  /** What it tells an operator. */
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** Declares a counter. Declaring one name twice returns the first. */
export function counter<const Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
  const existing = metricsRegistry.getSingleMetric(options.name);
  if (existing !== undefined) return existing as Counter<Label>;
  return new Counter({ ...named(options), registers: [metricsRegistry] });
}

/** Declares a gauge; `collect` may set it when it is read. */
export function gauge<const Label extends string = never>(
  options: MetricOptions<Label> & { readonly collect?: (gauge: Gauge<Label>) => void | Promise<void> },
): Gauge<Label> {
  const existing = metricsRegistry.getSingleMetric(options.name);
  if (existing !== undefined) return existing as Gauge<Label>;
  const { collect } = options;
  return new Gauge({
    ...named(options),
    registers: [metricsRegistry],
    ...(collect === undefined
      ? {}
      : {
          collect(this: Gauge<Label>) {
            return collect(this);
          },
        }),
  });
}

/** Declares a histogram; buckets are in the unit that its name ends with. */
export function histogram<const Label extends string = never>(
  options: MetricOptions<Label> & { readonly buckets: readonly number[] },
): Histogram<Label> {
  const existing = metricsRegistry.getSingleMetric(options.name);
  if (existing !== undefined) return existing as Histogram<Label>;
  return new Histogram({ ...named(options), buckets: [...options.buckets], registers: [metricsRegistry] });
}

function named<Label extends string>(
  options: MetricOptions<Label>,
): { name: string; help: string; labelNames: Label[] } {
  return { name: options.name, help: options.help, labelNames: [...(options.labels ?? [])] };
}

/** Buckets for durations in seconds, from a cache hit to a minute. */
export const DURATION_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

let areDefaultsCollected = false;

/** Adds the process's own figures (memory, event loop, garbage collection), once. */
export function collectProcessMetrics(): void {
  if (areDefaultsCollected) return;
  areDefaultsCollected = true;
  collectDefaultMetrics({ register: metricsRegistry });
}

/** A metric as the documentation's generator reads it. */
export interface MetricDescription {
  readonly name: string;
  readonly kind: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Every metric that has been declared so far, without those of the runtime, by name. */
export async function describeMetrics(): Promise<readonly MetricDescription[]> {
  const metrics = await metricsRegistry.getMetricsAsJSON();
  return metrics
    .map(({ name, help, type }) => ({ name, help, kind: String(type), labels: labelsOf(name) }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** prom-client keeps the declared labels on the metric and shows them nowhere else. */
function labelsOf(name: string): readonly string[] {
  return (metricsRegistry.getSingleMetric(name) as unknown as { labelNames?: string[] } | undefined)?.labelNames ?? [];
}
