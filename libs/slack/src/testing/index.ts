export { SlackStandIn } from './slack-stand-in';
export type { PostedMessage, SlackReaction } from './slack-stand-in';
