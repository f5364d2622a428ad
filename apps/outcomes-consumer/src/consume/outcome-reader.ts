import type { StreamRecord } from '@switchyard/event-stream';
import { isClientDiscardReason, nameUuid, OUTCOME_IDS, REASON_LENGTH_MAX } from '@switchyard/outcomes';
import { isObject, parseExact } from '../buckets/parse-exact';
import type { RecordPlace } from './bucket-reader';
import type { RecordReading } from './chunk';
import { notesTotal } from './consume.metrics';

const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const ERROR_CATEGORY = 1;
const SMALLINT_MAX = 255;

/** Turns a message of the outcome topics into a ledger entry (spec: outcomes.md §5.2). */
export function readOutcome(record: StreamRecord, place: RecordPlace): RecordReading {
  if (record.value === null) return { kind: 'skipped' };
  const parsed = parseExact(record.value);
  if (parsed.kind === 'undecodable') return dead('decode_error', 'not a JSON document in UTF-8');
  if (!isObject(parsed.value)) return dead('schema_error', 'not an object');
  const message = parsed.value;
  const outcome = message['outcome'];
  if (!isWithin(outcome, SMALLINT_MAX)) return dead('schema_error', 'outcome is not an integer from 0 to 255');
  const isAbuse = outcome === OUTCOME_IDS.abuse;
  const orgId = message['org_id'] ?? (isAbuse || outcome === OUTCOME_IDS.invalid ? 0 : undefined);
  const projectId = message['project_id'] ?? 0;
  const keyId = message['key_id'] ?? null;
  const quantity = message['quantity'] ?? 1;
  const category = message['category'] ?? ERROR_CATEGORY;
  const eventId = message['event_id'] ?? null;
  if (!isWithin(orgId)) return dead('schema_error', 'org_id is missing or no id');
  if (!isWithin(projectId)) return dead('schema_error', 'project_id is no id');
  if (keyId !== null && !isWithin(keyId)) return dead('schema_error', 'key_id is no id');
  if (!isWithin(quantity)) return dead('schema_error', 'quantity is not an integer from 0 to 2^53-1');
  if (!isWithin(category, SMALLINT_MAX)) return dead('schema_error', 'category is not an integer from 0 to 255');
  if (eventId !== null && !(typeof eventId === 'string' && UUID.test(eventId)))
    return dead('schema_error', 'event_id is no UUID');
  if (!isAbuse && message['category'] == null) notesTotal.inc({ note: 'missing_category' });
  if (!isAbuse && message['quantity'] == null) notesTotal.inc({ note: 'missing_quantity' });
  return {
    kind: 'counted',
    entries: [
      {
        dedupeId: idOf(record, place),
        occurredAtMs: readTime(message['timestamp']) ?? record.timestampMs,
        orgId,
        projectId,
        keyId,
        outcome,
        reason: readReason(message['reason'], outcome),
        category,
        quantity,
        eventId,
        recordOffset: record.offset,
      },
    ],
  };
}

const dead = (code: string, detail: string): RecordReading => ({ kind: 'dead', code, detail });

const isWithin = (value: unknown, max = Number.MAX_SAFE_INTEGER): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;

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
