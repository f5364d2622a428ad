import { readFileSync } from 'node:fs';
import knownNames from './known-names.json';
import { SettingsError } from './setting';
import type { Setting } from './setting';

/** The settings of one lib or app, by the name that the code uses. */
export interface SettingsGroup<Shape extends Record<string, Setting<unknown>> = Record<string, Setting<unknown>>> {
  /** Heading in docs/settings.md. */
  readonly title: string;
  readonly settings: Shape;
}

/** The typed values of a group. */
export type SettingsOf<Group extends SettingsGroup> = {
  readonly [Name in keyof Group['settings']]: Group['settings'][Name] extends Setting<infer Value> ? Value : never;
};

/** Declares a group of settings. */
export function defineSettings<const Shape extends Record<string, Setting<unknown>>>(
  title: string,
  settings: Shape,
): SettingsGroup<Shape> {
  return { title, settings };
}

/** The environment, or a stand-in for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment. The only place that reads it. */
export function environment(): Environment {
  return process.env;
}

/**
 * Reads and checks several groups at once.
 *
 * @throws SettingsError that lists every problem: the variable, what is accepted, an example; never the value
 */
export function loadSettings<const Groups extends Record<string, SettingsGroup>>(
  groups: Groups,
  from: Environment = environment(),
): { readonly [Name in keyof Groups]: SettingsOf<Groups[Name]> } {
  const problems: string[] = [];
  const loaded = Object.entries(groups).map(([name, group]) => {
    const values = Object.entries(group.settings).map(([key, setting]) => [key, readSetting(setting, from, problems)]);
    return [name, Object.fromEntries(values)] as const;
  });
  problems.push(...misspeltNames(Object.values(groups), from));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(loaded) as { readonly [Name in keyof Groups]: SettingsOf<Groups[Name]> };
}

function readSetting(setting: Setting<unknown>, from: Environment, problems: string[]): unknown {
  const given = from[setting.env];
  const raw = given === undefined || given === '' ? setting.defaultText : given;
  if (raw === undefined) {
    if (setting.isRequired)
      problems.push(`${setting.env} is not set: expected ${setting.accepted}, for example ${setting.example}`);
    return setting.absent;
  }
  try {
    return setting.parse(readFileReference(setting, raw));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    problems.push(`${setting.env} is not valid, ${why}: expected ${setting.accepted}, for example ${setting.example}`);
    return undefined;
  }
}

/** `@file` stands for the file's content where the setting says so, and for every secret. */
function readFileReference(setting: Setting<unknown>, raw: string): string {
  if (!raw.startsWith('@') || !(setting.isSecret || setting.accepted.includes('@file'))) return raw;
  try {
    return readFileSync(raw.slice(1), 'utf8').trim();
  } catch {
    throw new Error('the file that it names cannot be read');
  }
}

const PREFIX = 'SWITCHYARD_';

/**
 * A misspelt setting must not be silent: unknown names with our prefix are problems. Names that only other apps read are
 * known, so that one environment can serve a whole fleet.
 */
function misspeltNames(groups: readonly SettingsGroup[], from: Environment): string[] {
  const known = new Set<string>(knownNames as readonly string[]);
  for (const group of groups) for (const setting of Object.values(group.settings)) known.add(setting.env);
  return Object.keys(from)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return `${name} is not a setting${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
    });
}

function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (best === undefined || distance < best.distance) best = { name: candidate, distance };
  }
  return best !== undefined && best.distance <= 6 ? best.name : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
