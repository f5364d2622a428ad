/** Names of data categories, each at its number (spec: outcomes.md §4.7). */
const NAMES = [
  'default',
  'error',
  'transaction',
  'security',
  'attachment',
  'session',
  'profile',
  'replay',
  'transaction_processed',
  'transaction_indexed',
  'monitor',
  'profile_indexed',
  'span',
  'monitor_seat',
  'feedback',
  'metric_bucket',
  'span_indexed',
  'profile_duration',
  'profile_chunk',
  'metric_second',
  'replay_video',
  'uptime',
  'attachment_item',
  'log_item',
  'log_byte',
  'profile_duration_ui',
  'profile_chunk_ui',
  'seer_autofix',
  'seer_scanner',
  'prevent_user',
  'prevent_review',
  'size_analysis',
  'installable_build',
  'trace_metric',
  'seer_user',
  'profile_backend',
  'profile_ui',
] as const;

/** Categories of our own, far above those that others may still give numbers to (decision 0039). */
const OWN = {
  /** A provider's webhook at the gateway. */
  webhook: 200,
  /** A provider's webhook on its way to a region. */
  webhook_delivery: 201,
  /** A webhook to a customer's app. */
  app_webhook: 202,
} as const;

/** What kind of unit is counted. */
export type DataCategory = (typeof NAMES)[number] | keyof typeof OWN;

/** Every category, in the order of the numbers. */
export const DATA_CATEGORIES: readonly DataCategory[] = [...NAMES, ...(Object.keys(OWN) as (keyof typeof OWN)[])];

const IDS: ReadonlyMap<string, number> = new Map([
  ...NAMES.map((name, id) => [name, id] as const),
  ...Object.entries(OWN),
]);
const CATEGORIES: ReadonlyMap<number, DataCategory> = new Map([...IDS].map(([name, id]) => [id, name as DataCategory]));

/** `default`, `error` and `security` are shown as one: `error`. */
export const ERROR_CATEGORY_IDS: readonly number[] = [0, 1, 3];

/** Whether the value is a category's name; a bare number is not. */
export function isDataCategory(value: unknown): value is DataCategory {
  return typeof value === 'string' && IDS.has(value);
}

/** A category's number on the wire. */
export function categoryId(category: DataCategory): number {
  return IDS.get(category) ?? 1;
}

/** The name of a number; unknown numbers are stored and have none. */
export function categoryOfId(id: number): DataCategory | undefined {
  return CATEGORIES.get(id);
}

/** Reads a name exactly as it is written; newer clients call `feedback` `user_report_v2`. */
export function parseDataCategory(text: string): DataCategory | undefined {
  if (text === 'user_report_v2') return 'feedback';
  return isDataCategory(text) ? text : undefined;
}

/** What a quantity of the category is a number of; quantities of different units are never added. */
export function unitOf(category: DataCategory): 'count' | 'bytes' | 'milliseconds' {
  if (category === 'attachment' || category === 'log_byte') return 'bytes';
  return category.startsWith('profile_duration') ? 'milliseconds' : 'count';
}
