/**
 * Inner event types that a region handles (slack.md §6.1). They alone name a mailbox; others are stored all the same,
 * in the mailbox of the workspace.
 */
export const SLACK_EVENT_TYPES: ReadonlySet<string> = new Set([
  'app_mention',
  'channel_archive',
  'channel_deleted',
  'channel_id_changed',
  'channel_left',
  'channel_unarchive',
  'link_shared',
  'message',
]);

/** Events about what any region may have posted to. */
export const SLACK_CHANNEL_EVENTS: ReadonlySet<string> = new Set([
  'channel_archive',
  'channel_deleted',
  'channel_id_changed',
  'channel_left',
  'channel_unarchive',
]);

/** Events about the app's being there at all: control keeps that, so it answers (slack.md §7.6). */
export const SLACK_LIFECYCLE_EVENTS: ReadonlySet<string> = new Set([
  'app_rate_limited',
  'app_uninstalled',
  'tokens_revoked',
]);

/** Nobody wants the answer to a message later than this (slack.md §7.6). */
export const SLACK_EVENT_MAX_AGE_MS = 15 * 60_000;
