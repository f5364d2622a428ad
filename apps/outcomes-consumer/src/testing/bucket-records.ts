import { SPAN_USAGE, TRANSACTION_USAGE } from '../buckets/metric-ids';

/** Parts of a record that a case changes; `undefined` leaves the field out, `value` may be raw JSON text. */
export interface BucketParts {
  readonly metricId?: string | undefined;
  readonly orgId?: number | undefined;
  readonly projectId?: number | undefined;
  readonly value?: string | undefined;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
  readonly meta?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  readonly useCase?: string;
  readonly type?: string;
}

/** The tag key that stands for `has_profile`. */
export const HAS_PROFILE = '9223372036854776068';

/** A record of one transaction of organization 1 and project 2, with changes. */
export function bucketRecord(parts: BucketParts = {}): Buffer {
  const all = { metricId: TRANSACTION_USAGE, orgId: 1, projectId: 2, value: '1.0', tags: {}, meta: {}, ...parts };
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['version', '2'],
    ['use_case_id', JSON.stringify(all.useCase ?? 'transactions')],
    ['org_id', text(all.orgId)],
    ['project_id', text(all.projectId)],
    ['metric_id', all.metricId],
    ['type', JSON.stringify(all.type ?? 'c')],
    ['timestamp', '1723488900'],
    ['sentry_received_timestamp', '1723488911.204'],
    ['tags', text(all.tags)],
    ['value', all.value],
    ['retention_days', '90'],
    ['mapping_meta', text(all.meta)],
  ];
  const members = fields.flatMap(([key, value]) => (value === undefined ? [] : [`"${key}":${value}`]));
  return Buffer.from(`{${members.join(',')}}`);
}

/** A record of spans. */
export const spanRecord = (value: string, parts: BucketParts = {}): Buffer =>
  bucketRecord({ metricId: SPAN_USAGE, useCase: 'spans', value, ...parts });

/** A record of a metric of the customer's own. */
export const customRecord = (name = 'c:custom/user_click@none', parts: BucketParts = {}): Buffer =>
  bucketRecord({ metricId: '70112', useCase: 'custom', meta: { c: { '70112': name } }, ...parts });

const text = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
