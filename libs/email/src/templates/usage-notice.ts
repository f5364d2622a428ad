import { html } from '../markup';
import type { MessageContent } from '../message-builder';
import { noticePage } from './notice-page';

/** A quota that is used up, or nearly, for the owners of an organization. */
export interface UsageNotice {
  readonly organizationId: string;
  readonly projectId?: string | undefined;
  readonly quotaId: string;
  readonly percent: number;
  readonly limit: number;
  readonly link: string;
}

/** Subject and both parts. */
export function usageNotice(notice: UsageNotice): { readonly subject: string; readonly content: MessageContent } {
  const { organizationId, projectId, quotaId, percent, limit, link } = notice;
  const where = projectId === undefined ? `organization ${organizationId}` : `project ${projectId}`;
  const title = percent >= 100 ? `The quota of ${where} is used up` : `${percent} percent of a quota are used`;
  const sentences = [`Quota ${quotaId} of ${where}: ${percent} percent of ${limit}.`];
  return {
    subject: title,
    content: {
      text: `${[title, ...sentences, `See the usage: ${link}`].join('\n\n')}\n`,
      html: noticePage(title, sentences, html`<a href="${link}">See the usage</a>`),
    },
  };
}
