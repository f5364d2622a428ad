import { parse as parseLossless } from 'lossless-json';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whatever a double might not hold, or hold as infinity, and whatever could hide a key. */
const NEEDS_CARE = /\\|[eE]\+?\d{3,}|\d{300,}/;
const METRIC_ID = /"metric_id"\s*:\s*(\d{1,20})\s*[,}]/;

/** A document whose `metric_id` is exact: a number inside the safe range, a bigint outside. */
export type ParsedDocument = { readonly kind: 'document'; readonly value: unknown } | { readonly kind: 'undecodable' };

/**
 * Reads JSON without losing a digit of `metric_id`.
 *
 * `JSON.parse` and one look at the text for the common case (1.3 times the cost of `JSON.parse` alone); a lossless parser, which
 * takes four times as long, when the text holds the key not exactly once, an escape, or a number of unusual size.
 */
export function parseExact(bytes: Uint8Array): ParsedDocument {
  try {
    const text = utf8.decode(bytes);
    const quick: unknown = JSON.parse(text);
    const literal = soleMetricId(text);
    if (literal !== undefined && isObject(quick) && quick['metric_id'] === Number(literal)) {
      quick['metric_id'] = exactInteger(literal);
      return { kind: 'document', value: quick };
    }
    return { kind: 'document', value: parseLossless(text, undefined, { parseNumber: exactNumber }) };
  } catch {
    return { kind: 'undecodable' };
  }
}

/** The digits of the only `metric_id` of a text that holds no trap. */
function soleMetricId(text: string): string | undefined {
  const first = text.indexOf('"metric_id"');
  if (first < 0 || text.includes('"metric_id"', first + 1) || NEEDS_CARE.test(text)) return undefined;
  return METRIC_ID.exec(text)?.[1];
}

function exactNumber(literal: string): number | bigint {
  if (/^-?\d+$/.test(literal)) return exactInteger(literal);
  const value = Number(literal);
  if (!Number.isFinite(value)) throw new Error('a number is too large');
  return value;
}

function exactInteger(literal: string): number | bigint {
  const value = Number(literal);
  if (Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) throw new Error('a number is too large');
  return BigInt(literal);
}

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
