/** An address from a request that may be called. */
export interface AllowedTarget {
  readonly origin: string;
  readonly path: string;
}

/** Longer than any response URL. */
const URL_MAX = 2048;

/**
 * Checks an address from a request against the allowed hosts; `undefined` when it must not be called.
 *
 * @param allowed host names (https on the default port only), or whole origins such as `http://127.0.0.1:4711`
 */
export function allowedTarget(url: string, allowed: readonly string[]): AllowedTarget | undefined {
  if (url.length > URL_MAX || !URL.canParse(url)) return undefined;
  const { protocol, hostname, port, origin, username, password, pathname, search } = new URL(url);
  if (username !== '' || password !== '') return undefined;
  const isAllowed = allowed.some((entry) =>
    entry.includes('://') ? origin === entry : protocol === 'https:' && port === '' && hostname === entry.toLowerCase(),
  );
  return isAllowed ? { origin, path: pathname + search } : undefined;
}
