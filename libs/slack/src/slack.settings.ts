import { defineSettings, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** Where Slack is. */
export const slackSettings = defineSettings('Slack', {
  apiUrl: url({
    env: 'SWITCHYARD_SLACK_API_URL',
    default: 'https://slack.com/api/',
    schemes: ['https', 'http'],
    example: 'https://slack.com/api/',
    description: "Base of Slack's Web API; another one for a stand-in.",
  }),
});

/** Values of {@link slackSettings}. */
export type SlackSettings = SettingsOf<typeof slackSettings>;
