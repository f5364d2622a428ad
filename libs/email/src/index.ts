export { html, Markup, oneLine } from './markup';
export { buildMessages } from './message-builder';
export type { BuiltMessage, MessageContent, MessageOptions } from './message-builder';
export { SmtpTransport } from './smtp-transport';
export type { SendResult, SmtpOptions } from './smtp-transport';
export { appNotice } from './templates/app-notices';
export type { AppNotice } from './templates/app-notices';
