import type { JsonObject } from '../contract';

/**
 * Events that a region handles (gateway.md §2.3.2). Whatever else is sent is answered and not stored: in the reference
 * such events were more than 99 % of some mailboxes.
 */
export const GITHUB_EVENT_TYPES: ReadonlySet<string> = new Set([
  'check_run',
  'check_suite',
  'issue_comment',
  'issues',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
]);

/** Events that change what control knows of the app's installations. */
export const GITHUB_INSTALL_EVENTS: ReadonlySet<string> = new Set(['installation', 'installation_repositories']);

/** Of these events a region handles some actions only. */
const HANDLED_ACTIONS: ReadonlyMap<string, ReadonlySet<unknown>> = new Map([
  ['check_run', new Set<unknown>(['completed', 'requested_action', 'rerequested'])],
  ['check_suite', new Set<unknown>(['completed'])],
]);

/** Whether any region would do something about an event of this type. */
export function isHandledByRegions(eventType: string, body: JsonObject): boolean {
  if (!GITHUB_EVENT_TYPES.has(eventType)) return false;
  return HANDLED_ACTIONS.get(eventType)?.has(body['action']) ?? true;
}
