import type { DataCategory } from '@switchyard/outcomes';
import type { CountingRule } from './counting-mode';
import { nameOf } from './decode-bucket';
import type { MetricBucket, RecordFault } from './decode-bucket';
import { SPAN_USAGE, TAG_IDS, TRANSACTION_DURATION, TRANSACTION_USAGE } from './metric-ids';
import type { TagName } from './metric-ids';

/** How many units of one category a record stands for; always at least one. */
export interface Quantity {
  readonly category: DataCategory;
  readonly quantity: number;
}

/** What counting made of a record. */
export type Counted =
  | { readonly kind: 'counted'; readonly quantities: readonly Quantity[]; readonly notes: readonly CountingNote[] }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'skipped'; readonly reason: 'unexpected_value_type' | 'already_accepted' }
  | { readonly kind: 'faulty'; readonly fault: RecordFault; readonly detail: string };

/** What an operator should hear of, although the record was counted. */
export type CountingNote = 'negative_value' | 'tag_value';

/** What counting depends on besides the record. */
export interface CountingOptions {
  readonly rule: CountingRule;
  /** Organizations whose transactions are counted by segments in mode `v2026_01`. */
  readonly segmentOrgs: ReadonlySet<number>;
}

/** Counts one record (spec: outcomes.md §2). */
export function countUsage(bucket: MetricBucket, options: CountingOptions): Counted {
  const base = baseCategories(bucket, options);
  if (base.length === 0) return { kind: 'ignored' };
  const { rule } = options;
  if (rule.skipsAccepted && tagOf(bucket, 'billing_outcome_accepted') !== undefined)
    return { kind: 'skipped', reason: 'already_accepted' };
  const read = bucket.metricId === TRANSACTION_DURATION ? readLength(bucket.value) : readQuantity(bucket.value);
  if (read.kind !== 'quantity') return read;
  const notes: CountingNote[] = read.isNegative ? ['negative_value'] : [];
  const categories = [...base];
  if (rule.countsProfiles) {
    const tag = tagOf(bucket, 'has_profile');
    if (tag === 'true') categories.push('profile');
    else if (tag !== undefined && typeof tag !== 'string') notes.push('tag_value');
  }
  const { quantity } = read;
  return {
    kind: 'counted',
    notes,
    quantities: quantity < 1 ? [] : categories.map((category) => ({ category, quantity })),
  };
}

/** The categories that a record's metric stands for, decided by the number of the metric alone. */
function baseCategories(bucket: MetricBucket, { rule, segmentOrgs }: CountingOptions): DataCategory[] {
  const bySegments =
    rule.transactions === 'segments' ||
    (rule.transactions === 'segments of listed organizations' && segmentOrgs.has(bucket.orgId));
  switch (bucket.metricId) {
    case TRANSACTION_USAGE:
      return rule.transactions === 'durations' || bySegments ? [] : ['transaction'];
    case TRANSACTION_DURATION:
      return rule.transactions === 'durations' ? ['transaction'] : [];
    case SPAN_USAGE:
      if (!rule.countsSpans) return [];
      return bySegments && tagOf(bucket, 'is_segment') === 'true' ? ['span', 'transaction'] : ['span'];
    default:
      return [];
  }
}

/** A tag's value by the well-known id of its key, or by what the record says that its keys mean. */
function tagOf(bucket: MetricBucket, name: TagName): unknown {
  const id = TAG_IDS[name];
  if (id !== undefined && Object.hasOwn(bucket.tags, id)) return bucket.tags[id];
  const key = Object.keys(bucket.tags).find((each) => each !== id && nameOf(bucket, each) === name);
  return key === undefined ? undefined : bucket.tags[key];
}

type ReadQuantity =
  | { readonly kind: 'quantity'; readonly quantity: number; readonly isNegative: boolean }
  | Extract<Counted, { kind: 'skipped' | 'faulty' }>;

const faulty = (fault: RecordFault, detail: string): ReadQuantity => ({ kind: 'faulty', fault, detail });

/** Truncated towards zero, never negative, and never more than what adds up exactly. */
function readQuantity(value: unknown): ReadQuantity {
  if (value === undefined) return faulty('schema_error', 'a usage metric has no value');
  if (typeof value === 'string' || typeof value === 'boolean')
    return faulty('schema_error', `value is a ${typeof value}`);
  if (typeof value === 'bigint') return faulty('quantity_out_of_range', 'value is above 2^53-1');
  if (typeof value !== 'number') return { kind: 'skipped', reason: 'unexpected_value_type' };
  if (value > Number.MAX_SAFE_INTEGER) return faulty('quantity_out_of_range', 'value is above 2^53-1');
  return { kind: 'quantity', quantity: Math.max(0, Math.trunc(value)), isNegative: value <= -1 };
}

/** The number of values of a distribution. */
function readLength(value: unknown): ReadQuantity {
  if (value === undefined) return faulty('schema_error', 'a usage metric has no value');
  if (!Array.isArray(value)) return { kind: 'skipped', reason: 'unexpected_value_type' };
  return { kind: 'quantity', quantity: value.length, isNegative: false };
}
