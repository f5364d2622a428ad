import { counter } from '@switchyard/telemetry';

export const slackReplays = counter({
  name: 'switchyard_slack_replays_total',
  help: "Slack's signed requests that were here before (repeated), or passed because nobody could say (not_checked).",
  labels: ['result'],
});

export const slackAppRateLimited = counter({
  name: 'switchyard_slack_app_rate_limited_total',
  help: 'Times that Slack said it holds back events of the app because there are too many.',
});
