import { createHash } from 'node:crypto';

/** What a page answers. */
export interface Page {
  readonly status: number;
  readonly html: string;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}dt{font-weight:600}dd{margin:0 0 .5rem}';

/** Nothing but this style is loaded, nothing may frame the page, and forms go to where it came from. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
};

/** Text that is HTML already; everything else that stands in {@link html} is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Builds HTML; what is put in is escaped, fit for text and for quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly (Html | readonly Html[] | string)[]): Html {
  const shown = values.map((value) => {
    if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
    return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
  });
  return new Html(String.raw({ raw: parts }, ...shown));
}

/** A whole page. */
export function page(status: number, title: string, content: Html): Page {
  const head = html`<meta charset="utf-8" /><meta name="viewport" content="width=device-width" /><title>
      ${title}
    </title>`;
  const body = html`<h1>${title}</h1>
    ${content}`;
  return {
    status,
    html: `<!doctype html><html lang="en"><head>${head.text}<style>${STYLE}</style></head><body>${body.text}</body></html>`,
  };
}

/** A page that only says something. */
export function saying(status: number, title: string, text: string): Page {
  return page(status, title, html`<p>${text}</p>`);
}
