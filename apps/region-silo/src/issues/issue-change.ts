import type { ActivityType } from '../activities/activity-type';
import type { Issue, IssuePriority, IssueStatus } from './issue';

/** What somebody, or the product itself, wants to do with an issue. */
export type IssueChange =
  | { readonly kind: 'archive'; readonly until: 'escalating' | 'forever' }
  | { readonly kind: 'archive'; readonly until: 'count'; readonly count: number }
  | { readonly kind: 'assign'; readonly userId: string }
  | { readonly kind: 'assign'; readonly teamId: string }
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'escalate'; readonly forecast?: number; readonly hasSnoozeExpired?: boolean }
  | {
      readonly kind: 'link_external';
      readonly provider: string;
      readonly label: string;
      readonly location: string;
      readonly isNew: boolean;
    }
  | { readonly kind: 'prioritize'; readonly priority: IssuePriority }
  | { readonly kind: 'regress'; readonly version?: string }
  | {
      readonly kind: 'resolve';
      readonly how: 'commit' | 'current_release' | 'next_release' | 'now' | 'pull_request' | 'release';
      readonly version?: string;
    }
  | { readonly kind: 'unassign' }
  | { readonly kind: 'unresolve' };

/** Who may be assigned, as far as a change needs it. */
export interface AssigneeFacts {
  /** A member of the project's organization, or a team that has the project. */
  readonly isEligible: boolean;
  readonly email: string | null;
}

/** What a change comes to. `unchanged`: the issue is so already; no activity. */
export type ChangeVerdict =
  | { readonly kind: 'change'; readonly update: IssueUpdate; readonly activity: NewActivity }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'unchanged' };

/** Columns that get another value. */
export interface IssueUpdate {
  readonly status?: IssueStatus;
  readonly substatus?: string;
  readonly priority?: IssuePriority;
  readonly assigneeUserId?: string | null;
  readonly assigneeTeamId?: string | null;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An activity to be written. */
export interface NewActivity {
  readonly type: ActivityType;
  readonly data: Readonly<Record<string, unknown>>;
}

const WEEK_MS = 7 * 86_400_000;
const COUNT_MAX = 1_000_000;

/**
 * Decides what a change does to an issue as it is now; pure.
 *
 * @param assignee facts about whom an `assign` names
 * @param via what the change came through, such as `slack`; ends up in the data of an assignment
 */
export function judgeChange(
  issue: Issue,
  change: IssueChange,
  { nowMs, assignee, via }: { readonly nowMs: number; readonly assignee?: AssigneeFacts; readonly via?: string },
): ChangeVerdict {
  switch (change.kind) {
    case 'resolve':
      return resolve(issue, change);
    case 'unresolve':
      return unresolve(issue, nowMs);
    case 'archive':
      return archive(issue, change);
    case 'assign':
      return assign(issue, change, assignee, via);
    case 'unassign':
      return unassign(issue);
    case 'regress':
    case 'escalate':
      return relapse(issue, change);
    case 'prioritize':
      if (issue.priority === change.priority) return { kind: 'unchanged' };
      return changed({ priority: change.priority }, 'set_priority', { priority: change.priority });
    case 'comment':
      return changed({}, 'note', { text: change.text });
    case 'link_external': {
      const { provider, label, location, isNew } = change;
      return changed({}, 'create_issue', { provider, label, location, new: isNew });
    }
  }
}

function unassign({ assigneeUserId, assigneeTeamId }: Issue): ChangeVerdict {
  if (assigneeUserId === null && assigneeTeamId === null) return { kind: 'unchanged' };
  return changed({ assigneeUserId: null, assigneeTeamId: null }, 'unassigned', {});
}

/** What was resolved or archived is back. */
function relapse(issue: Issue, change: Extract<IssueChange, { kind: 'escalate' | 'regress' }>): ChangeVerdict {
  const from = change.kind === 'regress' ? 'resolved' : 'ignored';
  if (issue.status !== from) return { kind: 'unchanged' };
  if (change.kind === 'regress')
    return changed({ status: 'unresolved', substatus: 'regressed', details: {} }, 'set_regression', versionOf(change));
  return changed({ status: 'unresolved', substatus: 'escalating', details: {} }, 'set_escalating', {
    ...(change.forecast === undefined ? {} : { forecast: change.forecast }),
    ...(change.hasSnoozeExpired === true ? { expired_snooze: true } : {}),
  });
}

function changed(update: IssueUpdate, type: ActivityType, data: Readonly<Record<string, unknown>>): ChangeVerdict {
  return { kind: 'change', update, activity: { type, data } };
}

const versionOf = ({ version }: { readonly version?: string }) => (version === undefined ? {} : { version });

function resolve(issue: Issue, { how, version }: Extract<IssueChange, { kind: 'resolve' }>): ChangeVerdict {
  if (issue.status === 'resolved') return { kind: 'unchanged' };
  const update = { status: 'resolved', substatus: 'resolved' } as const;
  switch (how) {
    case 'now':
      return changed({ ...update, details: {} }, 'set_resolved', {});
    case 'commit':
      return changed(
        { ...update, details: { inCommit: version ?? true } },
        'set_resolved_in_commit',
        versionOf({ version }),
      );
    case 'pull_request':
      // It will be, when the pull request is merged: until then it stays as it is.
      return changed({ details: { inPullRequest: true } }, 'set_resolved_in_pull_request', {});
    case 'release':
      return changed({ ...update, details: { inRelease: version } }, 'set_resolved_in_release', versionOf({ version }));
    case 'current_release':
    case 'next_release': {
      if (issue.latestRelease === null) return { kind: 'refused', because: 'The project has no release yet.' };
      if (how === 'next_release')
        return changed({ ...update, details: { inNextRelease: true } }, 'set_resolved_in_release', { version: '' });
      const latest = issue.latestRelease;
      return changed({ ...update, details: { inRelease: latest } }, 'set_resolved_in_release', { version: latest });
    }
  }
}

/** An ignored issue that is younger than a week is new again (slack.md §5.4). */
function unresolve(issue: Issue, nowMs: number): ChangeVerdict {
  if (issue.status === 'unresolved') return { kind: 'unchanged' };
  const isNew = issue.status === 'ignored' && nowMs - issue.firstSeen.getTime() < WEEK_MS;
  return changed({ status: 'unresolved', substatus: isNew ? 'new' : 'ongoing', details: {} }, 'set_unresolved', {});
}

function archive(issue: Issue, change: Extract<IssueChange, { kind: 'archive' }>): ChangeVerdict {
  switch (change.until) {
    case 'escalating':
      return ignored(issue, 'archived_until_escalating', {}, { until: 'escalating' });
    case 'forever':
      return ignored(issue, 'archived_forever', {}, { until: 'forever' });
    case 'count': {
      const { count } = change;
      if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX)
        return { kind: 'refused', because: `The number of events must be from 1 to ${COUNT_MAX}.` };
      return ignored(issue, 'archived_until_condition_met', { ignoreCount: count }, { ignoreCount: count });
    }
  }
}

function ignored(
  issue: Issue,
  substatus: string,
  details: Readonly<Record<string, unknown>>,
  data: Readonly<Record<string, unknown>>,
): ChangeVerdict {
  const isSame =
    issue.status === 'ignored' &&
    issue.substatus === substatus &&
    JSON.stringify(issue.details) === JSON.stringify(details);
  return isSame ? { kind: 'unchanged' } : changed({ status: 'ignored', substatus, details }, 'set_ignored', data);
}

function assign(
  issue: Issue,
  change: Extract<IssueChange, { kind: 'assign' }>,
  assignee: AssigneeFacts | undefined,
  via: string | undefined,
): ChangeVerdict {
  const isTeam = 'teamId' in change;
  if (assignee?.isEligible !== true) {
    const because = isTeam ? 'That team does not have this project.' : 'That person is no member of the organization.';
    return { kind: 'refused', because };
  }
  const update = isTeam
    ? { assigneeTeamId: change.teamId, assigneeUserId: null }
    : { assigneeUserId: change.userId, assigneeTeamId: null };
  if (issue.assigneeUserId === update.assigneeUserId && issue.assigneeTeamId === update.assigneeTeamId)
    return { kind: 'unchanged' };
  return changed(update, 'assigned', {
    assignee: isTeam ? change.teamId : change.userId,
    assigneeType: isTeam ? 'team' : 'user',
    assigneeEmail: assignee.email,
    ...(via === undefined ? {} : { integration: via }),
  });
}
