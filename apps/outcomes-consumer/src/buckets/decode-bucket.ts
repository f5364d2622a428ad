import { isObject, parseExact } from './parse-exact';

/** One metric bucket, as far as counting looks at it. */
export interface MetricBucket {
  /** Decimal text: it does not fit into a number. */
  readonly metricId: string;
  readonly orgId: number;
  readonly projectId: number;
  /** `undefined` when the record has none. */
  readonly value: unknown;
  readonly tags: Readonly<Record<string, unknown>>;
  /** Groups of id to string; the first group that knows an id wins. */
  readonly names: readonly Readonly<Record<string, unknown>>[];
  /** Start of the bucket and time of reception, in Unix seconds. */
  readonly bucketSeconds: number | undefined;
  readonly receivedSeconds: number | undefined;
  /** Faults that were forgiven. */
  readonly lenient: readonly LenientField[];
}

/** Fields whose faults do not stop a record from being counted. */
export type LenientField = 'tags' | 'mapping_meta' | 'version' | 'tag_value';

/** Why a record cannot be used and is kept as a dead letter. */
export type RecordFault = 'decode_error' | 'schema_error' | 'quantity_out_of_range';

/** A decoded record. */
export type DecodedBucket =
  | { readonly kind: 'bucket'; readonly bucket: MetricBucket }
  | { readonly kind: 'tombstone' }
  | { readonly kind: 'faulty'; readonly fault: RecordFault; readonly detail: string };

const METRIC_ID_MAX = (1n << 64n) - 1n;

/** Reads and checks one record; never throws (spec: outcomes.md §1.8). */
export function decodeBucket(bytes: Uint8Array | null): DecodedBucket {
  if (bytes === null) return { kind: 'tombstone' };
  const parsed = parseExact(bytes);
  if (parsed.kind === 'undecodable') return faulty('decode_error', 'not a JSON document in UTF-8');
  const document = parsed.value;
  if (!isObject(document)) return faulty('schema_error', 'not an object');
  const metricId = readMetricId(own(document, 'metric_id'));
  if (metricId === undefined) return faulty('schema_error', 'metric_id is not an integer from 0 to 2^64-1');
  const orgId = own(document, 'org_id');
  const projectId = own(document, 'project_id');
  if (!isId(orgId)) return faulty('schema_error', 'org_id is not an integer from 0 to 2^53-1');
  if (!isId(projectId)) return faulty('schema_error', 'project_id is not an integer from 0 to 2^53-1');
  return { kind: 'bucket', bucket: bucketOf(document, { metricId, orgId, projectId }) };
}

function bucketOf(
  document: Record<string, unknown>,
  ids: Pick<MetricBucket, 'metricId' | 'orgId' | 'projectId'>,
): MetricBucket {
  const tags = own(document, 'tags');
  const meta = own(document, 'mapping_meta');
  const version = own(document, 'version');
  const lenient: LenientField[] = [];
  if (!isObject(tags)) lenient.push('tags');
  if (!isObject(meta)) lenient.push('mapping_meta');
  if (version !== undefined && version !== 2) lenient.push('version');
  return {
    ...ids,
    value: own(document, 'value'),
    tags: isObject(tags) ? tags : {},
    names: isObject(meta) ? Object.values(meta).filter(isObject) : [],
    bucketSeconds: readSeconds(own(document, 'timestamp')),
    receivedSeconds: readSeconds(own(document, 'sentry_received_timestamp')),
    lenient,
  };
}

/** The string behind an indexer id, if the record tells. */
export function nameOf(bucket: MetricBucket, id: string): string | undefined {
  for (const group of bucket.names) {
    const name = own(group, id);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

const own = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const faulty = (fault: RecordFault, detail: string): DecodedBucket => ({ kind: 'faulty', fault, detail });

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function readMetricId(value: unknown): string | undefined {
  if (typeof value === 'bigint') return value >= 0n && value <= METRIC_ID_MAX ? value.toString() : undefined;
  return isId(value) ? String(value) : undefined;
}

/** Year 9999; anything beyond is no time. */
const SECONDS_MAX = 253_402_300_799;

function readSeconds(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= SECONDS_MAX ? value : undefined;
}
