export { SlackApi } from './slack-api';
export type { SlackBlock, SlackPost, SlackUnfurl, ThreadMessage } from './slack-api';
export { classOf } from './slack-answer';
export type { AnswerClass, SlackAnswer } from './slack-answer';
