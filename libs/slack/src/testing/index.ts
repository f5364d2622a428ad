export { SlackStandIn } from './slack-stand-in';
export type { OpenedView, PostedMessage, PostedResponse } from './slack-stand-in';
export * from './stand-in';
