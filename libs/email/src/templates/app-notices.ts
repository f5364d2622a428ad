import { html, oneLine } from '../markup';
import type { Markup } from '../markup';
import type { MessageContent } from '../message-builder';

/** What happened to an app's webhooks, for its owners. */
export interface AppNotice {
  readonly kind: 'disabled' | 'warning' | 'enabled';
  readonly appName: string;
  /** Host of the endpoint, without path and query. */
  readonly endpoint: string;
  /** `47 timeouts on 20 November` */
  readonly evidence: string;
  /** Of the way to being disabled; for warnings. */
  readonly percent?: number;
  readonly link: string;
}

/** Subject and both parts of a notice. */
export function appNotice(notice: AppNotice): { readonly subject: string; readonly content: MessageContent } {
  const safe = { ...notice, appName: oneLine(notice.appName), endpoint: oneLine(notice.endpoint) };
  const { title, sentences, call } = WORDS[notice.kind](safe);
  const text = [title, ...sentences, `${call}: ${notice.link}`].join('\n\n');
  return { subject: title, content: { text: `${text}\n`, html: page(title, sentences, call, notice.link) } };
}

interface Words {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly call: string;
}

const WORDS: Readonly<Record<AppNotice['kind'], (notice: AppNotice) => Words>> = {
  disabled: ({ appName, endpoint, evidence }) => ({
    title: `Action required: webhooks of ${appName} are switched off`,
    sentences: [
      `${endpoint} has not answered for too long: ${evidence}.`,
      `${appName} gets no more webhooks of its subscriptions. The subscriptions are kept.`,
    ],
    call: 'Mend the endpoint, then switch them on again',
  }),
  warning: ({ appName, endpoint, evidence, percent = 0 }) => ({
    title: `Webhooks of ${appName} fail`,
    sentences: [
      `${endpoint} fails: ${evidence}. That is ${percent} percent of the way to being switched off.`,
      'Nothing is switched off yet.',
    ],
    call: 'See the last requests',
  }),
  enabled: ({ appName, endpoint }) => ({
    title: `Webhooks of ${appName} are switched on again`,
    sentences: [`${endpoint} answered the probe. ${appName} gets the webhooks of its subscriptions again.`],
    call: 'See the last requests',
  }),
};

/** Styles stand in the elements: many mail readers drop style blocks. */
function page(title: string, sentences: readonly string[], call: string, link: string): Markup {
  const paragraphs = sentences
    .map((sentence) => html`<p style="margin: 0 0 16px">${sentence}</p>`)
    .reduce((all, next) => html`${all}${next}`);
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>${title}</title>
    </head>
    <body style="margin: 0; padding: 24px; color: #1f2430; background: #ffffff; font: 16px/1.5 sans-serif">
      <h1 style="margin: 0 0 16px; font-size: 20px">${title}</h1>
      ${paragraphs}
      <p style="margin: 0"><a href="${link}" style="color: #1a56db">${call}</a></p>
    </body>
  </html>`;
}
