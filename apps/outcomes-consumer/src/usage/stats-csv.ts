import type { StatsAnswer } from './stats-answer';
import type { StatsQuery } from './stats-query';

/** One line per group, with its totals. */
export function statsCsv({ groupBy, fields }: StatsQuery, { groups }: StatsAnswer): string {
  const lines = groups.map(({ by, totals }) => [
    ...groupBy.map((group) => cell(by[group] ?? '')),
    ...fields.map((field) => String(totals[field] ?? 0)),
  ]);
  return [[...groupBy, ...fields], ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

/** Text that a spreadsheet would take for a formula begins with an apostrophe: reasons come from strangers. */
function cell(value: string | number): string {
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
