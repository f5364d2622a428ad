import { html, oneLine } from '../markup';
import type { MessageContent } from '../message-builder';
import { noticePage } from './notice-page';

/** Names of first-party providers as people write them. */
const DISPLAY_NAMES: Readonly<Record<string, string>> = {
  bitbucket: 'Bitbucket',
  bitbucket_server: 'Bitbucket Server',
  discord: 'Discord',
  github: 'GitHub',
  github_enterprise: 'GitHub Enterprise',
  gitlab: 'GitLab',
  jira: 'Jira',
  jira_server: 'Jira Server',
  msteams: 'Microsoft Teams',
  slack: 'Slack',
  vercel: 'Vercel',
  vsts: 'Azure DevOps',
};

/** A first-party integration that was switched off, for the owners of an organization (spec: outgoing-webhooks.md §5). */
export interface IntegrationNotice {
  /** Where the product's settings are: `https://product.example`, or the organization's own host. */
  readonly baseUrl: string;
  readonly organizationSlug: string;
  readonly variant: 'integration' | 'plugin' | 'unknown';
  /** Provider key, or the name of a plugin. */
  readonly provider: string;
  /** Of plugins that belong to a project. */
  readonly projectSlug?: string;
}

/** Where to mend it (§5.3). */
export function integrationLink({
  baseUrl,
  organizationSlug,
  variant,
  provider,
  projectSlug,
}: IntegrationNotice): string {
  const organization = `${baseUrl}/settings/${encodeURIComponent(organizationSlug)}`;
  const name = encodeURIComponent(provider);
  const referrer = '?referrer=disabled-integration';
  switch (variant) {
    case 'integration':
      return `${organization}/integrations/${name}/${referrer}`;
    case 'plugin':
      return projectSlug === undefined
        ? `${organization}/plugins/${name}/${referrer}`
        : `${organization}/projects/${encodeURIComponent(projectSlug)}/plugins/${name}/${referrer}`;
    case 'unknown':
      return `${baseUrl}/settings/integrations/${referrer}`;
  }
}

/** Subject and both parts. */
export function integrationNotice(notice: IntegrationNotice): {
  readonly subject: string;
  readonly content: MessageContent;
} {
  const name = oneLine(DISPLAY_NAMES[notice.provider] ?? notice.provider);
  const link = integrationLink(notice);
  const sentences = [`There is a problem with the ${name} integration.`, 'To mend the connection, install it again.'];
  return {
    subject: `Action required: re-authenticate or fix your ${name} integration`,
    content: {
      text: `${[...sentences, `${name}: ${link}`].join('\n\n')}\n`,
      html: noticePage(`Your ${name} integration`, sentences, html`<a class="button" href="${link}">${name}</a>`),
    },
  };
}
