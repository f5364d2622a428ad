import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './dockerfile';

/** Reads a file of the workspace. */
export const readText = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

/** Reads a YAML file of the workspace, with `<<` merged; a duplicate key is an error. */
export function readYaml<Shape>(...path: readonly string[]): Shape {
  return parse(readText(...path), { merge: true, uniqueKeys: true }) as Shape;
}

/** Names in the first column of a generated table: docs/settings.md, docs/metrics.md. */
function namesIn(page: string): ReadonlySet<string> {
  return new Set([...readText('docs', page).matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name));
}

/** Every setting that an app reads. */
export const knownSettings = (): ReadonlySet<string> => namesIn('settings.md');

/** Every metric that an app serves. */
export const knownMetrics = (): ReadonlySet<string> => namesIn('metrics.md');

/** Settings that may be `@path` of a file because they are secret. */
export function secretSettings(): ReadonlySet<string> {
  const rows = readText('docs', 'settings.md').matchAll(/^\| `(\w+)`.*Secret\..*$/gm);
  return new Set([...rows].map(([, name = '']) => name));
}

/** Settings of an app that have no default. */
export function requiredSettings(app: string): readonly string[] {
  return readText('docs', 'settings.md')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(
      (cells) => cells[3] === 'required' && readers(cells.at(-2)).some((reader) => reader === app || reader === 'all'),
    )
    .map((cells) => (cells[1] ?? '').replaceAll('`', ''));
}

const readers = (cell = ''): readonly string[] => cell.split(',').map((name) => name.trim());

/** The metrics of an expression of PromQL, histograms by the name that they are declared with. */
export function metricsOf(expression: string): readonly string[] {
  const names = [...expression.matchAll(/\bswitchyard_\w+/g)].map(([name]) => name);
  return [...new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')))];
}
