/** What apps subscribe to, and what each stands for (spec: outgoing-webhooks.md §8.1). */
export const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  issue: ['issue.created', 'issue.resolved', 'issue.ignored', 'issue.assigned', 'issue.unresolved'],
  error: ['error.created'],
  comment: ['comment.created', 'comment.updated', 'comment.deleted'],
};

/** Another name of `issue.ignored` that an app may list instead (§8.5). */
export const ARCHIVED = 'issue.archived';

/** Events that need no subscription (§8.2). */
const UNSUBSCRIBED: Readonly<Record<string, readonly string[]>> = {
  installation: ['created', 'deleted'],
  event_alert: ['triggered'],
  metric_alert: ['open', 'resolved', 'critical', 'warning'],
};

const SUBSCRIBED = new Set(Object.values(RESOURCES).flat());
const KNOWN = new Set([...SUBSCRIBED, ARCHIVED]);

/** Single names, in a fixed order, of resources and single names; `undefined` when one is not known. */
export function expandEvents(names: readonly string[]): readonly string[] | undefined {
  const expanded = names.flatMap((name) => RESOURCES[name] ?? [name]);
  return expanded.every((name) => KNOWN.has(name)) ? [...new Set(expanded)] : undefined;
}

/** How an occurrence finds its apps. */
export type EventKind = 'subscribed' | 'targeted';

/** `targeted`: alert rules and installations name their apps. `undefined`: nothing that apps are told. */
export function eventKindOf(resource: string, action: string): EventKind | undefined {
  if (SUBSCRIBED.has(`${resource}.${action}`)) return 'subscribed';
  return UNSUBSCRIBED[resource]?.includes(action) === true ? 'targeted' : undefined;
}

/** Alert rules go on when an app is disabled: they are somebody's wish, and their failures are counted apart. */
export const isAlertResource = (resource: string): boolean => resource === 'event_alert' || resource === 'metric_alert';
