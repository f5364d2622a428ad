import { isAlertResource } from '@switchyard/app-events';
import type { AppKind } from '../platform/app';
import type { WebhookSettings } from '../webhook.settings';

/** A late alert is worse than none. */
const ALERT_SCHEDULE_SECONDS: readonly number[] = [5, 30, 120, 300];
/** The reference's, for published apps only. */
const STRICT_SCHEDULE_SECONDS: readonly number[] = [300, 300, 300];

/** Seconds before the 2nd, 3rd, … attempt. */
export function scheduleOf(settings: WebhookSettings, kind: AppKind, resource: string): readonly number[] {
  if (settings.isStrictBaseline) return kind === 'published' ? STRICT_SCHEDULE_SECONDS : [];
  return isAlertResource(resource) ? ALERT_SCHEDULE_SECONDS : settings.retryScheduleSeconds;
}
