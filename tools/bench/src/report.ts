import type { BenchResult, BenchRow } from './bench';

/** The table for people. */
export function describeResult(name: string, { rows, table, ratios, setting }: BenchResult): string {
  const cells = table ?? [['', 'per second', 'p50 ms', 'p99 ms'], ...rows.map(toCells)];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const quotients = Object.entries(ratios).map(([ratio, value]) => `${ratio} = ${value.toFixed(2)}`);
  return [`bench ${name}: ${setting}`, '', ...lines, '', ...quotients, ''].join('\n');
}

function toCells({ name, perSecond, p50Ms, p99Ms }: BenchRow): string[] {
  return [name, perSecond.toFixed(0), p50Ms.toFixed(1), p99Ms.toFixed(1)];
}

/** The last line of `--json`. */
export function toJson(name: string, { ratios, figures }: BenchResult): string {
  return JSON.stringify({ bench: name, ratios: round(ratios), figures: round(figures) });
}

function round(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value * 1000) / 1000]));
}
