export { echoOf, escapeSlack, normalizeCommand, slackLink } from './slack-text';
export { classOf, SlackApi } from './client';
export type { AnswerClass, SlackAnswer, SlackBlock, SlackPost, ThreadMessage } from './client';
export { slackSettings } from './slack.settings';
export type { SlackSettings } from './slack.settings';
export * from './messages';
export { LINK_SECONDS, LinkTokens } from './link-token';
export type { LinkFacts, LinkPurpose, LinkVerdict } from './link-token';
