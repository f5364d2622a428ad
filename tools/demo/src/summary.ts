import { KINDS } from './demo-request';
import type { Kind } from './demo-request';
import type { Records } from './records';
import type { Seen } from './check';

/** What some requests came to. */
export interface DemoFigures {
  readonly sent: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly answeredBy: Readonly<Record<string, number>>;
  /** Requests that were stored, in one region or more. */
  readonly stored: number;
  readonly deliveredTo: Readonly<Record<string, number>>;
  readonly deferred: number;
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  /** From the gateway's receipt to the region's answer; 0 when nothing was stored. */
  readonly deliveryP50Ms: number;
  readonly deliveryP99Ms: number;
}

/** One line of the report. */
export interface KindSummary extends DemoFigures {
  readonly kind: Kind;
}

/** A line per kind of request, in the order of {@link KINDS}. */
export function summarize(seen: Seen): readonly KindSummary[] {
  return (Object.keys(KINDS) as Kind[]).map((kind) => ({
    kind,
    ...figuresOf(
      seen.sent.filter(({ request }) => request.kind === kind),
      seen,
    ),
  }));
}

/** All kinds together. */
export const totalFigures = (seen: Seen): DemoFigures => figuresOf(seen.sent, seen);

function figuresOf(sent: Seen['sent'], { records, answersTo }: Seen): DemoFigures {
  const ids = new Set(sent.map(({ request }) => request.providerDeliveryId).filter((id) => id !== undefined));
  const deliveries = deliveriesOf(records, ids);
  const stored = new Set(deliveries.map(({ providerDeliveryId }) => providerDeliveryId));
  const answers = sent.map(({ durationMs }) => durationMs);
  const ages = deliveries.map(({ receivedAt, finishedAt }) => Date.parse(finishedAt) - Date.parse(receivedAt));
  const tokens = new Set(
    sent.map(({ request }) => request.expected.deferred?.token).filter((token) => token !== undefined),
  );
  return {
    sent: sent.length,
    statuses: countBy(sent.map(({ status }) => String(status))),
    answeredBy: countBy(sent.map(({ answeredBy }) => answeredBy)),
    stored: sent.filter(({ request: { providerDeliveryId: id } }) => id !== undefined && stored.has(id)).length,
    deliveredTo: countBy(deliveries.map(({ region }) => region)),
    deferred: [...tokens].reduce((sum, token) => sum + answersTo(token).length, 0),
    answerP50Ms: percentile(answers, 0.5),
    answerP99Ms: percentile(answers, 0.99),
    deliveryP50Ms: percentile(ages, 0.5),
    deliveryP99Ms: percentile(ages, 0.99),
  };
}

function deliveriesOf(records: Records, ids: ReadonlySet<string>): Records['gateway'] {
  return records.gateway.filter(
    ({ providerDeliveryId: id, outcome }) => id !== null && ids.has(id) && outcome === 'delivered',
  );
}

/** The smallest value that at least this share of the values does not exceed; 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** How often each value is there, in the order of the values. */
export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of [...values].sort()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const listOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name}×${count}`)
    .join(' ');

/** The table for people. */
export function summaryTable(summaries: readonly KindSummary[]): string {
  const ms = (value: number): string => (value === 0 ? '' : value.toFixed(value < 10 ? 1 : 0));
  const head = [
    '',
    'sent',
    'answered',
    'by',
    'stored',
    'delivered to',
    'later',
    'answer p50/p99 ms',
    '202 to region p50/p99 ms',
  ];
  const rows = summaries.map((line) => [
    KINDS[line.kind],
    String(line.sent),
    listOf(line.statuses),
    listOf(line.answeredBy),
    line.stored === 0 ? '' : String(line.stored),
    listOf(line.deliveredTo),
    line.deferred === 0 ? '' : String(line.deferred),
    `${ms(line.answerP50Ms)}/${ms(line.answerP99Ms)}`,
    line.stored === 0 ? '' : `${ms(line.deliveryP50Ms)}/${ms(line.deliveryP99Ms)}`,
  ]);
  const widths = head.map((_title, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line)].join('\n');
}
