import { isObject } from '../arguments';
import type { Json } from '../arguments';

/** Takes mistakes in Slack's words, each with the place where it is. */
export type Complain = (what: string, where: string) => void;

/** Checks a text object. */
export function checkText(
  value: unknown,
  where: string,
  complain: Complain,
  { most, isPlain = false }: { readonly most: number; readonly isPlain?: boolean },
): void {
  if (!isObject(value)) return complain('must be a text object', where);
  const { type, text } = value;
  if (type !== 'plain_text' && (isPlain || type !== 'mrkdwn')) complain(`unsupported type: ${String(type)}`, where);
  if (typeof text !== 'string') return complain('missing required field: text', where);
  if (text.length < 1) complain('must be more than 0 characters', `${where}/text`);
  if (text.length > most) complain(`must be less than ${most + 1} characters`, `${where}/text`);
}

/** Checks a text that may be absent. */
export function checkLength(value: Json, name: string, most: number, where: string, complain: Complain): void {
  const text = value[name];
  if (text === undefined) return;
  if (typeof text !== 'string') complain('must be a string', `${where}/${name}`);
  else if (text.length > most) complain(`must be less than ${most + 1} characters`, `${where}/${name}`);
}

/** A list of objects, of so many. */
export function readList(
  value: unknown,
  where: string,
  complain: Complain,
  { least = 1, most }: { readonly least?: number; readonly most: number },
): readonly Json[] {
  if (!Array.isArray(value)) {
    complain('must be an array', where);
    return [];
  }
  if (value.length < least) complain(`no fewer than ${least} items required`, where);
  if (value.length > most) complain(`no more than ${most} items allowed`, where);
  const items = value.slice(0, most) as unknown[];
  if (!items.every(isObject)) complain('must be objects', where);
  return items.filter(isObject);
}

/** Ids of a list must differ. */
export function checkUnique(items: readonly Json[], name: string, where: string, complain: Complain): void {
  const ids = items.map((item) => item[name]).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) complain(`\`${name}\` must be unique`, where);
}
