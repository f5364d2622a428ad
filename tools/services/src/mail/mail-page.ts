import type { CaughtMail } from './mail-store';

/** Nothing of a mail may run or be fetched; the page itself has one style sheet and no script. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2530; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #d9dee5; vertical-align: top; }
th { font-weight: 600; color: #4a5668; }
pre { background: #f4f6f8; padding: 1rem; overflow: auto; white-space: pre-wrap; }
iframe { width: 100%; height: 32rem; border: 1px solid #d9dee5; background: #fff; }
`;

/** The list of mails. */
export function listPage(mails: readonly CaughtMail[]): string {
  const rows = mails.map(
    ({ id, subject, from, to, receivedAt }) =>
      `<tr><td><a href="/view/${escape(id)}">${escape(subject || '(no subject)')}</a></td>` +
      `<td>${escape(from)}</td><td>${escape(to.join(', '))}</td><td>${escape(receivedAt)}</td></tr>`,
  );
  const table = `<table><tr><th>Subject</th><th>From</th><th>To</th><th>Received</th></tr>${rows.join('\n')}</table>`;
  return page('Caught mails', rows.length === 0 ? '<p>No mail yet.</p>' : table);
}

/** One mail: its text, its HTML in a frame that may do nothing, its headers. */
export function mailPage(mail: CaughtMail): string {
  const headers = mail.headers.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return page(
    mail.subject || '(no subject)',
    [
      `<p><a href="/">All mails</a></p>`,
      `<p>From ${escape(mail.from)} to ${escape(mail.to.join(', '))}, ${escape(mail.receivedAt)}</p>`,
      mail.html === undefined ? '' : `<iframe sandbox title="The mail" srcdoc="${escape(mail.html)}"></iframe>`,
      mail.text === undefined ? '' : `<h2>Text</h2><pre>${escape(mail.text)}</pre>`,
      `<h2>Headers</h2><pre>${escape(headers)}</pre>`,
    ].join('\n'),
  );
}

function page(title: string, content: string): string {
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLE}</style></head>`,
    `<body><h1>${escape(title)}</h1>`,
    content,
    '</body></html>',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
