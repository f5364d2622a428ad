/** Whether an entry counts; only `active` ones do. The order is that of the numbers in the tables (spec §0.5). */
export const ENTRY_STATUSES = ['active', 'disabled', 'pending_deletion', 'deletion_in_progress'] as const;

export type EntryStatus = (typeof ENTRY_STATUSES)[number];

/** TypeORM's translation between the word and its number. */
export const statusTransformer = {
  to: (status: EntryStatus | undefined): number | undefined =>
    status === undefined ? undefined : ENTRY_STATUSES.indexOf(status),
  from: (status: number): EntryStatus => ENTRY_STATUSES[status] ?? 'disabled',
};
