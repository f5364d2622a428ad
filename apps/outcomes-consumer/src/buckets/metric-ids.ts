/*
 * Indexer ids as decimal text: they start at 2^63, where a double knows only every 2048th number, so every one of these would be
 * the same JavaScript number (spec: outcomes.md §1.6).
 */
export const TRANSACTION_USAGE = '9223372036854775945';
export const SPAN_USAGE = '9223372036854776226';
export const TRANSACTION_DURATION = '9223372036854775909';

/** Tag keys by name, with the id of those that have had one since the beginning. */
export const TAG_IDS: Readonly<Record<TagName, string | undefined>> = {
  has_profile: '9223372036854776068',
  is_segment: undefined,
  billing_outcome_accepted: undefined,
};

/** Tags that counting looks at. */
export type TagName = 'has_profile' | 'is_segment' | 'billing_outcome_accepted';
