/** Kinds of activity, with their stored numbers (slack.md §2.4). */
export const ACTIVITY_TYPES = {
  set_resolved: 1,
  set_unresolved: 2,
  set_ignored: 3,
  set_public: 4,
  set_private: 5,
  set_regression: 6,
  create_issue: 7,
  note: 8,
  first_seen: 9,
  release: 10,
  assigned: 11,
  unassigned: 12,
  set_resolved_in_release: 13,
  merge: 14,
  set_resolved_by_age: 15,
  set_resolved_in_commit: 16,
  deploy: 17,
  new_processing_issues: 18,
  unmerge_source: 19,
  unmerge_destination: 20,
  set_resolved_in_pull_request: 21,
  reprocess: 22,
  mark_reviewed: 23,
  auto_set_ongoing: 24,
  set_escalating: 25,
  set_priority: 26,
  deleted_attachment: 27,
} as const;

export type ActivityType = keyof typeof ACTIVITY_TYPES;

const NAMES: ReadonlyMap<number, ActivityType> = new Map(
  (Object.keys(ACTIVITY_TYPES) as ActivityType[]).map((name) => [ACTIVITY_TYPES[name], name]),
);

/** The name of a stored number; `undefined` for one that nobody knows. */
export function activityTypeOf(number: number): ActivityType | undefined {
  return NAMES.get(number);
}
