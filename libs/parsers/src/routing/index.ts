export { classify } from './classification';
export type { Classification } from './classification';
export { bucketOf, mailboxName, MailboxNameError, mailboxOf, parseMailboxName } from './mailbox-name';
export type { MailboxParts } from './mailbox-name';
export { resolveRoute } from './route';
export type { ResolvedRoute } from './route';
