import { defineSettings, list, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link SlackRequestSettings}. */
export const SLACK_REQUEST_SETTINGS = Symbol('SLACK_REQUEST_SETTINGS');

/** How Slack's requests are answered. */
export const slackRequestSettings = defineSettings('Slack requests', {
  productUrl: url({
    env: 'SWITCHYARD_PRODUCT_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://monitor.example.com',
    description: "The product's own pages, to which messages about issues link; its links in Slack are unfurled.",
  }),
  responseHosts: list({
    env: 'SWITCHYARD_SLACK_RESPONSE_HOSTS',
    default: 'hooks.slack.com,hooks.slack-gov.com',
    example: 'hooks.slack.com',
    description: 'Where response URLs may point: host names (https only), or whole origins for a stand-in of Slack.',
  }),
});

/** Values of {@link slackRequestSettings}. */
export type SlackRequestSettings = SettingsOf<typeof slackRequestSettings>;
