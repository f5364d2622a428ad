import { nameOf } from './decode-bucket';
import type { MetricBucket } from './decode-bucket';

/** `<entity>:<namespace>/<name>@<unit>`, on one line. */
const MRI = /^[^:\n]+:([^/\n]+)\/[^@\n]+@[^\n]+$/;

/** Whether the record's metric is one of the customer's own; its `use_case_id` is not asked (spec: outcomes.md §3.1). */
export function isCustomMetric(bucket: MetricBucket): boolean {
  const name = nameOf(bucket, bucket.metricId);
  return name !== undefined && MRI.exec(name)?.[1] === 'custom';
}
