import { isJsonObject } from '@switchyard/parsers';
import type { JsonObject } from '@switchyard/parsers';

const NAME_MAX = 200;

/** A nested object; empty when there is none. */
export function objectAt(value: JsonObject | undefined, name: string): JsonObject {
  const nested = value?.[name];
  return isJsonObject(nested) ? nested : {};
}

/** Text of at most `max` characters without control characters; `undefined` for anything else, also when it is empty. */
export function textAt(value: JsonObject | undefined, name: string, max: number): string | undefined {
  const text = value?.[name];
  const isUsable = typeof text === 'string' && text !== '' && text.length <= max && !/\p{Cc}/u.test(text);
  return isUsable ? text : undefined;
}

/** A name for people, cut and cleaned; `otherwise` when nothing is left. */
export function nameAt(value: JsonObject | undefined, name: string, otherwise: string): string {
  const text = value?.[name];
  const clean =
    typeof text === 'string'
      ? text
          .replaceAll(/\p{Cc}/gu, '')
          .trim()
          .slice(0, NAME_MAX)
      : '';
  return clean === '' ? otherwise : clean;
}

/** The host of an address, without what else may stand in it. */
export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
