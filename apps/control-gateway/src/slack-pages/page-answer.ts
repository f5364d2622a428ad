import { PAGE_HEADERS } from '@switchyard/slack';
import type { Page } from '@switchyard/slack';
import type { Answer } from '../edge/answer';

/** A page as an answer of the edge. */
export function pageAnswer({ status, html }: Page): Answer {
  return { status, headers: Object.entries(PAGE_HEADERS).flat(), body: Buffer.from(html), answeredBy: 'control' };
}

/** Sends a browser elsewhere, with a cookie or without. */
export function redirectAnswer(location: string, cookie?: string): Answer {
  const headers = ['Location', location, 'Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer'];
  return {
    status: 303,
    headers: cookie === undefined ? headers : [...headers, 'Set-Cookie', cookie],
    body: Buffer.alloc(0),
    answeredBy: 'control',
  };
}
