import { html } from '../markup';
import type { Markup } from '../markup';

/** The frame of a notice; its styles are moved into the elements when the message is built. */
export function noticePage(title: string, sentences: readonly string[], action: Markup): Markup {
  const paragraphs = sentences.map((sentence) => html`<p>${sentence}</p>`).reduce((all, next) => html`${all}${next}`);
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <title>${title}</title>
      <style>
        body {
          margin: 0;
          padding: 24px;
          color: #1f2430;
          background: #ffffff;
          font: 16px/1.5 sans-serif;
        }
        h1 {
          margin: 0 0 16px;
          font-size: 20px;
        }
        p {
          margin: 0 0 16px;
        }
        a {
          color: #1a56db;
        }
        .button {
          padding: 8px 16px;
          border-radius: 4px;
          color: #ffffff;
          background: #1a56db;
          text-decoration: none;
        }
      </style>
    </head>
    <body>
      <h1>${title}</h1>
      ${paragraphs}
      <p>${action}</p>
    </body>
  </html>`;
}
