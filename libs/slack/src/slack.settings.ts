import { custom, defineSettings, url } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

const SLACK_COMMAND = /^\/[a-z0-9_-]{1,31}$/;

/** Where Slack is, and how the app calls itself there. */
export const slackSettings = defineSettings('Slack', {
  apiUrl: url({
    env: 'SWITCHYARD_SLACK_API_URL',
    default: 'https://slack.com/api/',
    schemes: ['https', 'http'],
    example: 'https://slack.com/api/',
    description: "Base of Slack's Web API; another one for a stand-in.",
  }),
  slackCommand: custom({
    env: 'SWITCHYARD_SLACK_COMMAND',
    default: '/switchyard',
    accepted: 'a slash and up to 31 of a-z, 0-9, `_` and `-`',
    example: '/switchyard',
    description: 'Name of the slash command, for help messages.',
    parse: (value) => {
      if (!SLACK_COMMAND.test(value)) throw new Error('it has another form');
      return value;
    },
  }),
  docsUrl: url({
    env: 'SWITCHYARD_DOCS_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://docs.example.com/slack',
    description: 'Documentation that Slack help messages link to.',
  }),
  supportUrl: url({
    env: 'SWITCHYARD_SUPPORT_URL',
    optional: true,
    schemes: ['https', 'http'],
    example: 'https://support.example.com',
    description: 'Where Slack help messages send people who need a person.',
  }),
});

/** Values of {@link slackSettings}. */
export type SlackSettings = SettingsOf<typeof slackSettings>;
