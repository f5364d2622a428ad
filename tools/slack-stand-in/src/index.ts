export { startSlack } from './start-slack';
export type { RunningSlack, SlackOptions } from './start-slack';
export { SLACK_SAMPLES, SLACK_DE, SLACK_SHARED } from './slack-samples';
