export { slackParser } from './slack.parser';
