import type { NewRecord } from '@switchyard/event-stream';
import { seededRandom } from '@switchyard/primitives';
import { bucketRecord, customRecord, HAS_PROFILE, spanRecord } from './bucket-records';

/** Records of every kind, and what they come to: quantities by `organization:category`. */
export interface MixedRecords {
  readonly records: readonly NewRecord[];
  readonly expected: Readonly<Record<string, number>>;
  /** Records that cannot be counted. */
  readonly faulty: number;
}

const TRANSACTION = 2;
const PROFILE = 6;
const SPAN = 12;

/** The same records for the same seed: usage, profiles, huge ids, unknown and custom metrics, and one faulty in some 300. */
export function mixedRecords(count: number, seed: number): MixedRecords {
  const random = seededRandom(seed);
  const expected: Record<string, number> = {};
  let faulty = 0;
  const add = (orgId: number, category: number, quantity: number): void => {
    expected[`${orgId}:${category}`] = (expected[`${orgId}:${category}`] ?? 0) + quantity;
  };
  const make = (): Buffer => {
    const orgId = random.next() < 0.1 ? Number.MAX_SAFE_INTEGER : 1 + Math.floor(random.next() * 20);
    const projectId = Math.floor(random.next() * 50);
    const quantity = 1 + Math.floor(random.next() * 100);
    const value = `${quantity}.0`;
    const kind = random.next();
    if (kind < 0.4) {
      add(orgId, TRANSACTION, quantity);
      return bucketRecord({ orgId, projectId, value });
    }
    if (kind < 0.55) {
      add(orgId, TRANSACTION, quantity);
      add(orgId, PROFILE, quantity);
      return bucketRecord({ orgId, projectId, value, tags: { [HAS_PROFILE]: 'true' } });
    }
    if (kind < 0.8) {
      add(orgId, SPAN, quantity);
      return spanRecord(value, { orgId, projectId });
    }
    if (kind < 0.9) return customRecord(undefined, { orgId, projectId });
    if (kind < 0.997) return bucketRecord({ orgId, projectId, value, metricId: '9223372036854775908' });
    faulty += 1;
    return Buffer.from(kind < 0.999 ? '{"metric_id":' : '[]');
  };
  const records = Array.from({ length: count }, (_, index) => ({ key: String(index), value: make() }));
  return { records, expected, faulty };
}
