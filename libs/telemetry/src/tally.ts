/*
 * Counters and histograms for paths that are taken tens of thousands of times a second.
 *
 * prom-client hashes the labels at every call, which costs more than the counting. A tally hands out a cell per combination
 * of labels once; counting is then an addition, and the sums are carried over when somebody reads /metrics.
 */
import type { Metric } from 'prom-client';
import { counter, metricsRegistry } from './metrics';
import type { MetricOptions } from './metrics';

type LabelsOf<Label extends string> = Readonly<Record<Label, string>>;

/** Counts of one combination of labels. */
export interface CounterCell {
  inc(): void;
}

/** Observations of one combination of labels. */
export interface HistogramCell {
  observe(value: number): void;
}

/** More combinations than any closed set of labels has; one more would mean that a label is not closed. */
const CELLS_MAX = 10_000;

class Cells<Label extends string, Cell> {
  private readonly cells = new Map<string, { readonly labels: LabelsOf<Label>; readonly cell: Cell }>();

  constructor(
    private readonly names: readonly Label[],
    private readonly make: () => Cell,
  ) {}

  of(...values: readonly string[]): Cell {
    // Label values hold no line breaks: they come from closed sets.
    const key = values.length === 1 ? (values[0] as string) : values.join('\n');
    let entry = this.cells.get(key);
    if (entry === undefined) {
      if (this.cells.size >= CELLS_MAX)
        throw new Error(`a metric has more than ${CELLS_MAX} combinations of ${this.names.join()}`);
      const labels = Object.fromEntries(
        this.names.map((name, index) => [name, values[index] ?? '']),
      ) as LabelsOf<Label>;
      entry = { labels, cell: this.make() };
      this.cells.set(key, entry);
    }
    return entry.cell;
  }

  [Symbol.iterator]() {
    return this.cells.values();
  }
}

class Count implements CounterCell {
  value = 0;

  inc(): void {
    this.value += 1;
  }

  take(): number {
    const { value } = this;
    this.value = 0;
    return value;
  }
}

/** A counter for hot paths: `tally.of('github', '202').inc()`. */
export class CounterTally<Label extends string> {
  private readonly cells: Cells<Label, Count>;

  constructor(options: MetricOptions<Label> & { readonly labels: readonly Label[] }) {
    this.cells = new Cells(options.labels, () => new Count());
    const metric = counter<Label>(options);
    // prom-client calls a metric's `collect` before it reads the metric.
    (metric as unknown as { collect: () => void }).collect = () => {
      for (const { labels, cell } of this.cells) metric.inc(labels as never, cell.take());
    };
  }

  /** The cell of these label values, in the order of the labels' declaration. */
  of(...values: readonly string[]): CounterCell {
    return this.cells.of(...values);
  }
}

/** What was observed of one combination of labels, by bucket. */
class Observations implements HistogramCell {
  readonly counts: number[];
  count = 0;
  sum = 0;

  constructor(private readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.count += 1;
    this.sum += value;
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }
}

/** One line of the exposition format, as prom-client's registry expects it from a metric. */
interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A histogram for hot paths: `tally.of('github').observe(0.004)`. */
export class HistogramTally<Label extends string> {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  private readonly cells: Cells<Label, Observations>;
  private readonly bounds: readonly number[];

  constructor(
    options: MetricOptions<Label> & { readonly labels: readonly Label[]; readonly buckets: readonly number[] },
  ) {
    this.name = options.name;
    this.help = options.help;
    this.labelNames = options.labels;
    this.bounds = options.buckets;
    this.cells = new Cells(options.labels, () => new Observations(options.buckets));
    metricsRegistry.registerMetric(this as unknown as Metric);
  }

  /** The cell of these label values, in the order of the labels' declaration. */
  of(...values: readonly string[]): HistogramCell {
    return this.cells.of(...values);
  }

  /** Called by the registry. */
  get(): Promise<{ name: string; help: string; type: string; aggregator: string; values: Sample[] }> {
    const values = [...this.cells].flatMap(({ labels, cell }) => this.samplesOf(labels, cell));
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values });
  }

  private samplesOf(labels: LabelsOf<Label>, { counts, count, sum }: Observations): Sample[] {
    let below = 0;
    const buckets = this.bounds.map((bound, index): Sample => {
      below += counts[index] ?? 0;
      return { metricName: `${this.name}_bucket`, labels: { le: bound, ...labels }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
