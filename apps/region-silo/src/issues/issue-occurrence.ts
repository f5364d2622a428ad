import type { Occurrence } from '@switchyard/app-events';
import type { ActivityType } from '../activities/activity-type';
import type { Member } from '../organizations/member';
import { shownIssue } from './issue';
import type { Issue } from './issue';
import type { NewActivity } from './issue-change';

/** What a resolution is called where apps are told (outgoing-webhooks.md §8.3). */
const RESOLUTIONS: Partial<Record<ActivityType, string>> = {
  set_resolved: 'now',
  set_resolved_by_age: 'by_age',
  set_resolved_in_commit: 'in_commit',
  set_resolved_in_release: 'in_release',
};

const UNRESOLVING: ReadonlySet<ActivityType> = new Set<ActivityType>([
  'set_unresolved',
  'set_regression',
  'set_escalating',
]);

/** What is told apps about an activity; `undefined` for those that apps are not told of. */
export function occurrenceOf({
  activityId,
  issue,
  activity,
  member,
}: {
  readonly activityId: string;
  readonly issue: Issue;
  readonly activity: NewActivity;
  readonly member: Member | undefined;
}): Occurrence | undefined {
  const content = contentOf(issue, activity);
  if (content === undefined) return undefined;
  return {
    key: `activity-${issue.organizationId}-${activityId}`,
    organizationId: issue.organizationId,
    projectId: issue.projectId,
    actor: member === undefined ? { kind: 'system' } : { kind: 'user', id: Number(member.userId), name: member.name },
    ...content,
  };
}

type Content = Pick<Occurrence, 'action' | 'data' | 'resource'>;

function contentOf(issue: Issue, { type, data }: NewActivity): Content | undefined {
  const shown = { issue: shownIssue(issue) };
  const resolution = RESOLUTIONS[type];
  if (resolution !== undefined)
    return { resource: 'issue', action: 'resolved', data: { ...shown, resolution_type: resolution } };
  if (type === 'assigned')
    return { resource: 'issue', action: 'assigned', data: { ...shown, assignee: assigneeOf(data) } };
  if (type === 'set_ignored') return { resource: 'issue', action: 'ignored', data: shown };
  if (UNRESOLVING.has(type)) return { resource: 'issue', action: 'unresolved', data: shown };
  if (type !== 'note') return undefined;
  const comment = { issue_id: Number(issue.id), project_slug: issue.projectSlug, comment: data['text'] };
  return { resource: 'comment', action: 'created', data: comment };
}

function assigneeOf(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { assignee, assigneeType, assigneeEmail } = data;
  return { type: assigneeType, id: assignee, ...(assigneeEmail == null ? {} : { email: assigneeEmail }) };
}
