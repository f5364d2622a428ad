import { defineSettings, integer, text } from '@switchyard/config';
import type { SettingsOf } from '@switchyard/config';

/** DI token of the {@link SlackThreadSettings}. */
export const SLACK_THREAD_SETTINGS = Symbol('SLACK_THREAD_SETTINGS');

/** How activities get into Slack threads. */
export const slackThreadSettings = defineSettings('Slack threads', {
  productName: text({
    env: 'SWITCHYARD_APP_NAME',
    default: 'Switchyard',
    example: 'Acme Monitor',
    description: 'Name of the product as providers show it where its app is installed.',
  }),
  idleMs: integer({
    env: 'SWITCHYARD_SLACK_THREAD_IDLE_MS',
    default: '1000',
    min: 5,
    max: 60_000,
    description: 'How long to wait before looking for activities and replies that no job in the queue told of.',
  }),
  lanePerMinute: integer({
    env: 'SWITCHYARD_SLACK_LANE_PER_MINUTE',
    default: '60',
    min: 1,
    max: 1_000_000,
    description: 'Messages to one channel in a minute; Slack allows about one a second.',
  }),
  workspacePerMinute: integer({
    env: 'SWITCHYARD_SLACK_WORKSPACE_PER_MINUTE',
    default: '100',
    min: 1,
    max: 1_000_000,
    description: 'Messages to one workspace in a minute.',
  }),
  concurrency: integer({
    env: 'SWITCHYARD_SLACK_POSTS_AT_ONCE',
    default: '20',
    min: 1,
    max: 200,
    description: 'Channels that one process posts to at the same time.',
  }),
  editWindowSeconds: integer({
    env: 'SWITCHYARD_SLACK_EDIT_WINDOW_S',
    default: '60',
    min: 0,
    max: 3_600,
    description:
      'What the same person does so soon after a reply is added to that reply, instead of another message; 0 for never.',
  }),
  parentRefreshSeconds: integer({
    env: 'SWITCHYARD_SLACK_PARENT_REFRESH_S',
    default: '10',
    min: 0,
    max: 3_600,
    description:
      'How often at most the message of an alert is edited to show what its issue is now; 0 leaves messages as they were.',
  }),
  ageMaxSeconds: integer({
    env: 'SWITCHYARD_SLACK_REPLY_AGE_S',
    default: '900',
    min: 10,
    max: 86_400,
    description: 'A reply that could not be posted for so long is not posted any more.',
  }),
});

/** Values of {@link slackThreadSettings}. */
export type SlackThreadSettings = SettingsOf<typeof slackThreadSettings>;
