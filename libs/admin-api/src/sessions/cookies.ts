import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isSafe } from '../access/scope';
import { sha256 } from '../tokens/admin-token';

/** Cookies are read up to so many bytes: browsers send no more than a few of ours. */
const COOKIE_MAX_CHARS = 8_192;
/** What axios, which Bull Board uses, reads and sends by itself. */
const CSRF_COOKIE = 'XSRF-TOKEN';
const CSRF_HEADER = 'x-xsrf-token';

/** The cookies of one app's pages. */
export class SessionCookies {
  /** Browsers let nobody but this very origin set a cookie of this name. */
  readonly name: string;

  /**
   * @param service in the name, because cookies do not know ports: two apps on one host would sign each other out
   * @param isHttps whether browsers come by https
   */
  constructor(
    service: string,
    private readonly isHttps: boolean,
  ) {
    this.name = `${isHttps ? '__Host-' : ''}switchyard-${service}`;
  }

  /** The session that a request comes with. */
  idOf(headers: IncomingHttpHeaders): string | undefined {
    return cookieOf(headers, this.name);
  }

  /** `Set-Cookie` of a session: the second one is for the page's scripts, which prove with it that the request is theirs. */
  forSession(id: string, lifetimeSeconds: number): string[] {
    return [this.line(this.name, id, lifetimeSeconds, '; HttpOnly'), this.forScripts(id, lifetimeSeconds)];
  }

  /** `Set-Cookie` of the proof alone; until the browser is closed when nothing is said. */
  forScripts(id: string, lifetimeSeconds?: number): string {
    return this.line(CSRF_COOKIE, csrfTokenOf(id), lifetimeSeconds, '');
  }

  /** `Set-Cookie` that ends it. */
  forNobody(): string[] {
    return [this.line(this.name, '', 0, '; HttpOnly'), this.line(CSRF_COOKIE, '', 0, '')];
  }

  /** Any other cookie that only this server reads. */
  line(name: string, value: string, maxAgeSeconds: number | undefined, flags = '; HttpOnly'): string {
    const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
    return `${name}=${value}; Path=/${age}; SameSite=Lax${this.isHttps ? '; Secure' : ''}${flags}`;
  }
}

/** The value of a cookie; the first one counts, as the most specific one. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').slice(0, COOKIE_MAX_CHARS).split(';')) {
    const equalsAt = pair.indexOf('=');
    if (equalsAt > 0 && pair.slice(0, equalsAt).trim() === name) return pair.slice(equalsAt + 1).trim();
  }
  return undefined;
}

/** Follows from the session, so that a cookie that somebody else planted is of no use. */
export const csrfTokenOf = (sessionId: string): string => sha256(`csrf:${sessionId}`).toString('base64url');

/** What is looked at to see that a request of a signed-in browser was meant. */
export interface BrowserRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Whether a request with a cookie comes from our own page: the browser says so, and it carries what only our own pages can read, in
 * a header or in the field of a form.
 */
export function isOwnRequest({ method, headers }: BrowserRequest, sessionId: string, field?: string): boolean {
  if (isSafe(method)) return true;
  const given = headers[CSRF_HEADER] ?? field;
  return isSameOrigin(headers) && typeof given === 'string' && isEqual(given, csrfTokenOf(sessionId));
}

/** By Fetch metadata where the browser sends it (to trustworthy origins), and by the origin otherwise. */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

const isEqual = (left: string, right: string): boolean => timingSafeEqual(sha256(left), sha256(right));
