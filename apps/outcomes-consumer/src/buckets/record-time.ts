import type { MetricBucket } from './decode-bucket';

/** Which clock an outcome's hour is taken from (spec: outcomes.md §2.7). */
export const TIMESTAMP_POLICIES = ['broker', 'received', 'bucket'] as const;

export type TimestampPolicy = (typeof TIMESTAMP_POLICIES)[number];

/** When the units of a record happened, in whole milliseconds. */
export interface RecordTime {
  readonly occurredAtMs: number;
  /** Whether the record claimed to be from the future and got the broker's time instead. */
  readonly isClamped: boolean;
}

/**
 * A pure function of the record, so that a replay books into the same hour.
 *
 * The reference's policy, the time of processing, is not offered: it would move usage between hours when there is a backlog, and a
 * replay would count twice.
 */
export function recordTime(
  bucket: MetricBucket,
  brokerMs: number,
  { policy, futureToleranceMs }: { readonly policy: TimestampPolicy; readonly futureToleranceMs: number },
): RecordTime {
  const claimed = claimedMs(bucket, policy) ?? brokerMs;
  // Against the broker's clock and not ours: what a replay decides must not depend on when it runs.
  return claimed > brokerMs + futureToleranceMs
    ? { occurredAtMs: brokerMs, isClamped: true }
    : { occurredAtMs: claimed, isClamped: false };
}

function claimedMs({ bucketSeconds, receivedSeconds }: MetricBucket, policy: TimestampPolicy): number | undefined {
  if (policy === 'broker') return undefined;
  const seconds = policy === 'bucket' ? bucketSeconds : receivedSeconds;
  return seconds === undefined ? undefined : Math.floor(seconds * 1000);
}
