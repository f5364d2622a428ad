/** Name of the BullMQ queue that tells the notifier what happened to usage. */
export const NOTICE_QUEUE = 'usage-notices';

/**
 * A job of {@link NOTICE_QUEUE}. Its name is the kind; it comes at least once, and `noticeId` is the same each time.
 *
 * `first_custom_metric`: organization_id, project_id, platform, received_at.
 * `quota_threshold`: organization_id, project_id or null, quota_id, threshold_percent (80 or 100), window_start, limit.
 * `usage_spike`: organization_id, project_id, category (a number), hour, quantity, threshold.
 */
export interface NoticeJob {
  readonly noticeId: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}
