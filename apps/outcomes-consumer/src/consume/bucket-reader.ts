import type { StreamRecord } from '@switchyard/event-stream';
import { BILLING_OUTCOMES_TOPIC, categoryId, nameUuid, outcomeBody, OUTCOME_IDS } from '@switchyard/outcomes';
import { countUsage } from '../buckets/count-usage';
import type { Quantity } from '../buckets/count-usage';
import { COUNTING_RULES } from '../buckets/counting-mode';
import type { CountingMode } from '../buckets/counting-mode';
import { isCustomMetric } from '../buckets/custom-metric';
import { decodeBucket } from '../buckets/decode-bucket';
import type { MetricBucket } from '../buckets/decode-bucket';
import { recordTime } from '../buckets/record-time';
import type { TimestampPolicy } from '../buckets/record-time';
import type { LedgerEntry } from '../ledger/ledger-entry';
import type { RecordReading } from './chunk';
import { lenientTotal, notesTotal } from './consume.metrics';

/** How buckets are read. */
export interface BucketReaderOptions {
  readonly policy: TimestampPolicy;
  readonly futureToleranceMs: number;
  readonly segmentOrgs: ReadonlySet<number>;
  /** The generation of the rule that holds for an organization at a time of the broker. */
  readonly modeFor: (orgId: number, brokerMs: number) => CountingMode;
}

/** Where a record lies; the id of everything that follows from it is made of this. */
export interface RecordPlace {
  readonly source: string;
  readonly partition: number;
}

/** Turns one metric bucket into outcomes; never throws for what a record holds. */
export function readBucket(record: StreamRecord, place: RecordPlace, options: BucketReaderOptions): RecordReading {
  const decoded = decodeBucket(record.value);
  if (decoded.kind === 'tombstone') return { kind: 'skipped' };
  if (decoded.kind === 'faulty') return { kind: 'dead', code: decoded.fault, detail: decoded.detail };
  const { bucket } = decoded;
  const rule = COUNTING_RULES[options.modeFor(bucket.orgId, record.timestampMs)];
  const counted = countUsage(bucket, { rule, segmentOrgs: options.segmentOrgs });
  if (counted.kind === 'faulty') return { kind: 'dead', code: counted.fault, detail: counted.detail };
  for (const field of bucket.lenient) lenientTotal.inc({ field });
  const custom = rule.flagsCustomMetrics && isCustomMetric(bucket) ? customOf(bucket) : {};
  if (counted.kind === 'skipped') {
    notesTotal.inc({ note: counted.reason });
    return { kind: 'skipped', ...custom };
  }
  if (counted.kind === 'ignored') return { kind: 'ignored', ...custom };
  for (const note of counted.notes) notesTotal.inc({ note });
  const { occurredAtMs, isClamped } = recordTime(bucket, record.timestampMs, options);
  if (isClamped) notesTotal.inc({ note: 'future_clamped' });
  const entries = counted.quantities.map((quantity) => entryOf(record, place, bucket, occurredAtMs, quantity));
  return { kind: 'counted', entries, ...custom };
}

const customOf = ({ orgId, projectId }: MetricBucket) => ({ customProject: { orgId, projectId } });

function entryOf(
  record: StreamRecord,
  { source, partition }: RecordPlace,
  { orgId, projectId }: MetricBucket,
  occurredAtMs: number,
  { category, quantity }: Quantity,
): LedgerEntry {
  const outcome = OUTCOME_IDS.accepted;
  // Neither quantity nor time: the same place in the source is the same outcome, whatever we make of it.
  const outcomeId = nameUuid(`${source}/${partition}/${record.offset}/${categoryId(category)}/${outcome}`);
  const tracked = {
    outcomeId,
    orgId,
    projectId,
    keyId: null,
    outcome: 'accepted' as const,
    reason: null,
    timestampMs: occurredAtMs,
    eventId: null,
    category,
    quantity,
  };
  return {
    dedupeId: outcomeId,
    occurredAtMs,
    orgId,
    projectId,
    keyId: null,
    outcome,
    reason: null,
    category: categoryId(category),
    quantity,
    eventId: null,
    recordOffset: record.offset,
    publish: { topic: BILLING_OUTCOMES_TOPIC, body: outcomeBody(tracked) },
  };
}
