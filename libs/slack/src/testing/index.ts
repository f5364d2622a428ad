export { SlackStandIn } from './slack-stand-in';
export type { OpenedView, PostedMessage, PostedResponse, SlackReaction } from './slack-stand-in';
