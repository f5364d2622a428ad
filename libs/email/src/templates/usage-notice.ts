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

/** Usage far above what is usual, for the owners of an organization. */
export interface SpikeNotice {
  readonly projectId: string;
  readonly category: string;
  readonly quantity: number;
  readonly threshold: number;
  readonly link: string;
}

/** Subject and both parts. */
export function spikeNotice(notice: SpikeNotice): { readonly subject: string; readonly content: MessageContent } {
  const { projectId, category, quantity, threshold, link } = notice;
  const title = `Project ${projectId} uses far more than usual`;
  const sentences = [
    `Category ${category}: ${quantity} in this hour so far; up to ${threshold} would be usual.`,
    'Nothing was turned away. If you did not expect this, look for a release or a loop that sends too much.',
  ];
  return {
    subject: title,
    content: {
      text: `${[title, ...sentences, `See the usage: ${link}`].join('\n\n')}\n`,
      html: noticePage(title, sentences, html`<a href="${link}">See the usage</a>`),
    },
  };
}
