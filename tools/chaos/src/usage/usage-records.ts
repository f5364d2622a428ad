import type { NewRecord } from '@switchyard/event-stream';
import type { RandomSource } from '@switchyard/primitives';

/** Topics that a generator writes to, and what its records come to. */
export interface UsageShare {
  readonly buckets: readonly NewRecord[];
  readonly outcomes: readonly NewRecord[];
}

const HOUR_MS = 3_600_000;
/** A part of them is a day late and more, and booked in its own hour all the same. */
const OLDEST_MS = 30 * HOUR_MS;
const TRANSACTION_USAGE = '9223372036854775945';
const SPAN_USAGE = '9223372036854776226';
/** An id that a double cannot tell from the usage of transactions. */
const USER_SET = '9223372036854775908';
const HAS_PROFILE = '9223372036854776068';
const [TRANSACTION, PROFILE, SPAN] = [2, 6, 12];
const OUTCOME_CATEGORIES = [0, 1, 3, 4, 9];
const REPEATED = 0.2;

/**
 * Records of every kind from a seed, and the count that usage has to come to. Below one in a hundred is faulty, as a consumer stops
 * when there are more.
 */
export class UsageRecords {
  /** Quantity by `organization:category:outcome:hour in ms`. */
  readonly expected = new Map<string, number>();
  faulty = 0;
  private serial = 0;

  constructor(
    private readonly random: RandomSource,
    private readonly nowMs: number,
  ) {}

  /** The next so many records. */
  share(count: number): UsageShare {
    const buckets: NewRecord[] = [];
    const outcomes: NewRecord[] = [];
    while (buckets.length + outcomes.length < count) {
      if (this.random.next() < 0.8) buckets.push(this.record(this.bucket()));
      else outcomes.push(...this.outcome());
    }
    return { buckets, outcomes };
  }

  private record(value: Buffer): NewRecord {
    return { key: String(this.serial++), value };
  }

  private bucket(): Buffer {
    const orgId = this.orgId();
    const quantity = 1 + this.below(100);
    const timeMs = this.timeMs();
    const kind = this.random.next();
    if (kind < 0.4) return this.counted([TRANSACTION], { orgId, quantity, timeMs, metricId: TRANSACTION_USAGE });
    if (kind < 0.55)
      return this.counted([TRANSACTION, PROFILE], {
        orgId,
        quantity,
        timeMs,
        metricId: TRANSACTION_USAGE,
        tags: { [HAS_PROFILE]: 'true' },
      });
    if (kind < 0.8) return this.counted([SPAN], { orgId, quantity, timeMs, metricId: SPAN_USAGE });
    if (kind < 0.9) return bucketOf({ orgId, quantity, timeMs, metricId: '70112' });
    if (kind < 0.996) return bucketOf({ orgId, quantity, timeMs, metricId: USER_SET });
    this.faulty += 1;
    return Buffer.from(kind < 0.998 ? '{"metric_id":' : '[]');
  }

  private counted(categories: readonly (number | undefined)[], parts: BucketParts): Buffer {
    for (const category of categories) this.expect(parts.orgId, category ?? 0, 0, parts.timeMs, parts.quantity);
    return bucketOf(parts);
  }

  /** Some come twice under the same id, as from a sender that was not sure. */
  private outcome(): readonly NewRecord[] {
    const orgId = this.orgId();
    const outcome = this.below(7);
    const category = OUTCOME_CATEGORIES[this.below(OUTCOME_CATEGORIES.length)] ?? 0;
    const quantity = 1 + this.below(50);
    const timeMs = this.timeMs();
    this.expect(orgId, category, outcome, timeMs, quantity);
    const id = this.uuid();
    const timestamp = new Date(timeMs).toISOString().replace('Z', '000Z');
    const body = {
      timestamp,
      org_id: orgId,
      project_id: 1,
      key_id: null,
      outcome,
      reason: null,
      event_id: null,
      category,
      quantity,
    };
    const record = { key: id, value: Buffer.from(JSON.stringify(body)), headers: { outcome_id: id } };
    return this.random.next() < REPEATED ? [record, record] : [record];
  }

  private expect(orgId: number, category: number, outcome: number, timeMs: number, quantity: number): void {
    const key = `${orgId}:${category}:${outcome}:${Math.floor(timeMs / HOUR_MS) * HOUR_MS}`;
    this.expected.set(key, (this.expected.get(key) ?? 0) + quantity);
  }

  private below = (limit: number): number => Math.floor(this.random.next() * limit);
  private orgId = (): number => (this.random.next() < 0.1 ? Number.MAX_SAFE_INTEGER : 1 + this.below(20));
  private timeMs = (): number => Math.floor((this.nowMs - this.random.next() * OLDEST_MS) / 1000) * 1000;
  private uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      this.below(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

interface BucketParts {
  readonly orgId: number;
  readonly quantity: number;
  readonly timeMs: number;
  readonly metricId: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** As text: JSON.stringify could not write the id. */
const bucketOf = ({ orgId, quantity, timeMs, metricId, tags = {} }: BucketParts): Buffer =>
  Buffer.from(
    `{"version":2,"use_case_id":"spans","org_id":${orgId},"project_id":1,"metric_id":${metricId},"type":"c","timestamp":${timeMs / 1000},` +
      `"tags":${JSON.stringify(tags)},"value":${quantity}.0,"retention_days":90,"mapping_meta":{}}`,
  );
