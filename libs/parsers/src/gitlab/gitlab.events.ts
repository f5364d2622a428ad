/** `X-Gitlab-Event` to the event type that names a mailbox: what a region handles (gateway.md §2.3.4, §7.3). */
const EVENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['Issue Hook', 'issue'],
  ['Merge Request Hook', 'merge_request'],
  ['Push Hook', 'push'],
]);

/** Event types of GitLab's mailboxes. */
export const GITLAB_EVENT_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES.values());

/** The event type of a header; `undefined` without one, so that the region can report it; `unhandled` for the rest. */
export function gitlabEventType(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  return EVENT_TYPES.get(header) ?? 'unhandled';
}
