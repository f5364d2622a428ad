import { randomUUID } from 'node:crypto';
import type juice from 'juice';
import type { Markup } from './markup';
import { oneLine } from './markup';

/** The two parts of a message, for one recipient. */
export interface MessageContent {
  readonly text: string;
  readonly html?: Markup;
}

/** What messages of a builder have in common. */
export interface MessageOptions {
  /** Its first line is used. */
  readonly subject: string;
  readonly from: string;
  readonly content: (recipient: string) => MessageContent;
  /** Category for metrics. */
  readonly type: string;
  readonly listId?: string;
  /** Message id of the first message of the thread. */
  readonly inReplyTo?: string;
  readonly replyTo?: string;
  /** About something that was mailed about before: `Re: ` goes before the subject. */
  readonly isReply?: boolean;
  /** One-click address per recipient (RFC 8058); absent for messages that cannot be switched off. */
  readonly unsubscribeUrl?: (recipient: string) => string;
}

/** A message as a transport takes it, and as JSON in a queue. */
export interface BuiltMessage {
  readonly messageId: string;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LABEL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/**
 * Builds one message for each distinct address (spec: outgoing-webhooks.md §6); empty addresses are passed over.
 *
 * @throws Error when the subject is empty
 */
export function buildMessages(recipients: readonly string[], options: MessageOptions): readonly BuiltMessage[] {
  const subject = oneLine(options.subject.split(/[\r\n]/)[0] ?? '');
  if (subject === '') throw new Error('a message needs a subject');
  const addresses = [...new Set(recipients.filter((address) => address !== ''))];
  return addresses.map((address) => buildMessage(address, addresses, subject, options));
}

function buildMessage(to: string, all: readonly string[], subject: string, options: MessageOptions): BuiltMessage {
  const { text, html } = options.content(to);
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(options.from)?.[1] ?? 'localhost';
  return {
    messageId: `<${randomUUID()}@${domain}>`,
    type: options.type,
    from: options.from,
    to,
    subject: options.isReply === true ? `Re: ${subject}` : subject,
    text,
    ...(html === undefined ? {} : { html: inlined(html) }),
    headers: headersFor(to, all, options),
  };
}

/** Styles go into the elements, as many mail readers drop style blocks; nothing is fetched. */
function inlined(markup: Markup): string {
  return `<!DOCTYPE html>\n${inliner()(markup.text, { removeStyleTags: true, preserveMediaQueries: false })}`;
}

function headersFor(to: string, all: readonly string[], options: MessageOptions): Record<string, string> {
  const replyTo = options.replyTo ?? all.filter((address) => address !== to).join(', ');
  const unsubscribe = options.unsubscribeUrl?.(to);
  return {
    ...(replyTo === '' ? {} : { 'Reply-To': replyTo }),
    ...(options.listId !== undefined && LABEL.test(options.listId) ? { 'List-Id': `<${options.listId}>` } : {}),
    ...(options.inReplyTo === undefined ? {} : { 'In-Reply-To': options.inReplyTo, References: options.inReplyTo }),
    ...(unsubscribe === undefined
      ? { 'Auto-Submitted': 'auto-generated' }
      : { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}

/** Loaded with the first mail: it brings a whole HTML parser, some 13 MB that a process at rest does not need. */
function inliner(): typeof juice {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would make every caller wait
  return require('juice') as typeof juice;
}
