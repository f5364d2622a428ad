export { slackRegion } from './slack.handler';
