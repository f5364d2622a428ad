import type { StreamRecord } from '@switchyard/event-stream';
import { isClientDiscardReason, nameUuid, OUTCOME_IDS, REASON_LENGTH_MAX } from '@switchyard/outcomes';
import { z } from 'zod';
import { parseExact } from '../buckets/parse-exact';
import type { LedgerEntry } from '../ledger/ledger-entry';
import type { RecordPlace } from './bucket-reader';
import type { RecordReading } from './chunk';
import { notesTotal } from './consume.metrics';

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const ERROR_CATEGORY = 1;

const whole = (max = Number.MAX_SAFE_INTEGER) => z.number().int().min(0).max(max);
const SMALL = whole(255);

/** Only the outcome is required; reasons and timestamps are mended rather than refused. */
const outcomeMessage = z.object({
  timestamp: z.unknown().optional(),
  org_id: whole().nullish(),
  project_id: whole().nullish(),
  key_id: whole().nullish(),
  outcome: SMALL,
  reason: z.unknown().optional(),
  event_id: z.string().regex(UUID).nullish(),
  category: SMALL.nullish(),
  quantity: whole().nullish(),
});

type OutcomeMessage = z.infer<typeof outcomeMessage>;

/** Outcomes that may come from requests of which no organization was known. */
const WITHOUT_ORGANIZATION: ReadonlySet<number> = new Set([OUTCOME_IDS.abuse, OUTCOME_IDS.invalid]);

/** Turns a message of the outcome topics into a ledger entry (spec: outcomes.md §5.2). */
export function readOutcome(record: StreamRecord, place: RecordPlace): RecordReading {
  if (record.value === null) return { kind: 'skipped' };
  const document = parseExact(record.value);
  if (document.kind === 'undecodable') return dead('decode_error', 'not a JSON document in UTF-8');
  const parsed = outcomeMessage.safeParse(document.value);
  // The name of the field and never its content.
  if (!parsed.success)
    return dead('schema_error', `not valid: ${parsed.error.issues[0]?.path.join('.') || 'document'}`);
  const message = parsed.data;
  if (message.org_id == null && !WITHOUT_ORGANIZATION.has(message.outcome))
    return dead('schema_error', 'org_id is missing');
  noteMissing(message);
  return { kind: 'counted', entries: [entryOf(message, record, place)] };
}

const dead = (code: string, detail: string): RecordReading => ({ kind: 'dead', code, detail });

function entryOf(message: OutcomeMessage, record: StreamRecord, place: RecordPlace): LedgerEntry {
  return {
    dedupeId: idOf(record, place),
    occurredAtMs: readTime(message.timestamp) ?? record.timestampMs,
    orgId: message.org_id ?? 0,
    projectId: message.project_id ?? 0,
    keyId: message.key_id ?? null,
    outcome: message.outcome,
    reason: readReason(message.reason, message.outcome),
    category: message.category ?? ERROR_CATEGORY,
    quantity: message.quantity ?? 1,
    eventId: message.event_id ?? null,
    recordOffset: record.offset,
  };
}

function noteMissing({ outcome, category, quantity }: OutcomeMessage): void {
  if (outcome === OUTCOME_IDS.abuse) return;
  if (category == null) notesTotal.inc({ note: 'missing_category' });
  if (quantity == null) notesTotal.inc({ note: 'missing_quantity' });
}

/** The sender's id, or, without one, the place where the message lies. */
function idOf({ headers, offset }: StreamRecord, { source, partition }: RecordPlace): string {
  const given = headers['outcome_id'];
  return given !== undefined && UUID.test(given) ? given : nameUuid(`${source}/${partition}/${offset}`);
}

/** Milliseconds, whatever the sender's resolution is: one outcome has one time on every way that it takes. */
function readTime(value: unknown): number | undefined {
  const ms = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

function readReason(value: unknown, outcome: number): string | null {
  if (typeof value !== 'string' || value === '') return null;
  if (outcome === OUTCOME_IDS.client_discard && !isClientDiscardReason(value)) return null;
  return value.replaceAll('\0', '').slice(0, REASON_LENGTH_MAX);
}
