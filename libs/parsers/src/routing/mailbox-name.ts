import { SwitchyardError } from '@switchyard/primitives';
import type { MailboxDecision, Parser } from '../contract';

/**
 * Names of mailboxes: `provider:region:subject[:bucket][:event_type]` (gateway.md §2.5).
 *
 * A mailbox is the unit of ordering, so its name says what is ordered: one subject's requests to one region, cut finer by
 * bucket and event type. A bucket is digits alone and an event type starts with a letter, so a name can be read back.
 */
export interface MailboxParts {
  /** Provider key, with underscores. */
  readonly provider: string;
  readonly region: string;
  /** Id of an integration or an organization. */
  readonly subject: string;
  readonly bucket?: number;
  /** From the provider's known set. */
  readonly eventType?: string;
}

/** Thrown for a segment that a mailbox name cannot hold: a caller's mistake, never a sender's. */
export class MailboxNameError extends SwitchyardError {
  constructor(segment: string) {
    super(`a mailbox name cannot hold this ${segment}`, {
      code: 'SWY_PARSERS_MAILBOX_NAME',
      remedy: 'Check what the parser puts into the subject and the event type: they come from known sets only.',
      details: { segment },
    });
  }
}

const WORD = /^[a-z][a-z0-9_]{0,63}$/;
const REGION = /^[a-z0-9-]{1,48}$/;
const SUBJECT = /^[A-Za-z0-9_-]{1,64}$/;
const BUCKET = /^(?:0|[1-9][0-9]{0,8})$/;

/** For providers that need strict order (gateway.md §3.9 [L]): few enough to claim one by one, and never changed. */
const DEFAULT_BUCKET_COUNT = 10;

/**
 * Joins the parts of a name.
 *
 * @throws MailboxNameError when a part holds what its segment cannot
 */
export function mailboxName({ provider, region, subject, bucket, eventType }: MailboxParts): string {
  let name = `${checked('provider', WORD, provider)}:${checked('region', REGION, region)}`;
  name += `:${checked('subject', SUBJECT, subject)}`;
  if (bucket !== undefined) name += `:${checked('bucket', BUCKET, String(bucket))}`;
  if (eventType !== undefined) name += `:${checked('event type', WORD, eventType)}`;
  return name;
}

/** Takes a name apart; `undefined` when it is none. The inverse of {@link mailboxName}. */
export function parseMailboxName(name: string): MailboxParts | undefined {
  const [provider = '', region = '', subject = '', ...rest] = name.split(':');
  if (!WORD.test(provider) || !REGION.test(region) || !SUBJECT.test(subject)) return undefined;
  const bucket = BUCKET.test(rest[0] ?? '') ? Number(rest.shift()) : undefined;
  const eventType = rest.shift();
  if (rest.length > 0 || (eventType !== undefined && !WORD.test(eventType))) return undefined;
  return { provider, region, subject, ...(bucket !== undefined && { bucket }), ...(eventType && { eventType }) };
}

/** The mailbox in which one region's copy of a request waits. */
export function mailboxOf(parser: Parser, decision: MailboxDecision, region: string): string {
  return mailboxName({
    provider: parser.provider,
    region,
    subject: decision.subject,
    bucket:
      decision.bucketKey === undefined
        ? undefined
        : bucketOf(decision.bucketKey, parser.bucketCount ?? DEFAULT_BUCKET_COUNT),
    eventType: decision.eventType,
  });
}

/** The bucket of a key, the same for ever: a numeric id modulo the count, anything else by its hash (FNV-1a). */
export function bucketOf(key: string, count: number): number {
  return (/^\d{1,15}$/.test(key) ? Number(key) : hashOf(key)) % count;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

function checked(segment: string, pattern: RegExp, value: string): string {
  if (!pattern.test(value)) throw new MailboxNameError(segment);
  return value;
}
