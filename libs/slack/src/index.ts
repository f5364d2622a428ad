export { echoOf, escapeSlack, normalizeCommand, slackLink } from './slack-text';
