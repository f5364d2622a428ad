/** Which URLs a stranger may give us. */
export interface UrlRules {
  readonly allowsHttp: boolean;
  /** Besides 80, 443, 8080, 8443 and everything above 1024. */
  readonly extraPorts?: readonly number[];
}

/** A URL that may be asked, or the reason why not, in words for its owner. */
export type UrlVerdict =
  { readonly kind: 'ok'; readonly url: URL } | { readonly kind: 'refused'; readonly because: string };

const URL_LENGTH_MAX = 2_048;
const LOW_PORTS: ReadonlySet<number> = new Set([80, 443]);

/** Checks what a URL says by itself; where it leads is checked when it is connected to (spec: outgoing-webhooks.md §9.4). */
export function checkUrl(text: string, rules: UrlRules): UrlVerdict {
  if (text.length > URL_LENGTH_MAX) return refused(`it is longer than ${URL_LENGTH_MAX} characters`);
  if (!URL.canParse(text)) return refused('it is not an absolute URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refused('only https is possible');
  if (url.protocol === 'http:' && !rules.allowsHttp) return refused('only https is allowed here');
  if (url.username !== '' || url.password !== '') return refused('it must not hold a user name or a password');
  if (text.includes('#')) return refused('it must not have a fragment');
  if (!isPortAllowed(url, rules)) return refused('its port is not allowed');
  return { kind: 'ok', url };
}

const refused = (because: string): UrlVerdict => ({ kind: 'refused', because });

function isPortAllowed(url: URL, { extraPorts = [] }: UrlRules): boolean {
  // The standard port of the scheme is the empty text here.
  const port = Number(url.port);
  return url.port === '' || port > 1024 || LOW_PORTS.has(port) || extraPorts.includes(port);
}
