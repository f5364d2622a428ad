import { createHash, timingSafeEqual } from 'node:crypto';

/** Characters that `encodeURIComponent` leaves and RFC 3986 reserves. */
const RESERVED = /[!'()*]/g;
const PAIRS_MAX = 200;

/**
 * The query hash (`qsh`) of Atlassian Connect: SHA-256, hexadecimal, over `METHOD&path&query`, where the path has no slash at its
 * end and is relative to the app's base URL, and the query is sorted, percent-encoded anew and without `jwt` (gateway.md §2.3.5).
 *
 * @returns `undefined` for a query that cannot be decoded
 */
export function queryHash(method: string, path: string, query: string): string | undefined {
  const canonical = canonicalQuery(query);
  if (canonical === undefined) return undefined;
  const trimmed = path.replace(/\/+$/, '');
  return createHash('sha256')
    .update(`${method.toUpperCase()}&${trimmed === '' ? '/' : trimmed}&${canonical}`)
    .digest('hex');
}

/** Whether a token's `qsh` claim fits a request. Constant time. */
export function fitsQueryHash(claim: unknown, candidates: readonly (string | undefined)[]): boolean {
  if (typeof claim !== 'string' || !/^[0-9a-f]{64}$/.test(claim)) return false;
  const presented = Buffer.from(claim);
  return candidates.some((candidate) => candidate !== undefined && timingSafeEqual(presented, Buffer.from(candidate)));
}

function canonicalQuery(query: string): string | undefined {
  const values = new Map<string, string[]>();
  const pairs = query === '' ? [] : query.split('&');
  if (pairs.length > PAIRS_MAX) return undefined;
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    const value = decode(equals < 0 ? '' : pair.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (name === 'jwt') continue;
    const list = values.get(encode(name)) ?? [];
    list.push(encode(value));
    values.set(encode(name), list);
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, list]) => `${name}=${list.sort().join(',')}`)
    .join('&');
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** RFC 3986, which encodes more than `encodeURIComponent`. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    RESERVED,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
