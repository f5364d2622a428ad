/** An issue, as changes and messages see it. */
export interface Issue {
  readonly id: string;
  readonly projectId: string;
  readonly projectSlug: string;
  readonly organizationId: string;
  readonly shortNumber: string | null;
  readonly title: string;
  readonly culprit: string;
  readonly level: string;
  readonly category: string;
  readonly status: IssueStatus;
  readonly substatus: string;
  readonly priority: IssuePriority;
  readonly assigneeUserId: string | null;
  readonly assigneeTeamId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly firstSeen: Date;
  readonly timesSeen: string;
  /** Newest release of its project. */
  readonly latestRelease: string | null;
}

export type IssueStatus = 'ignored' | 'resolved' | 'unresolved';
export type IssuePriority = 'high' | 'low' | 'medium';

export const ISSUE_COLUMNS = `issue.id::text, issue.project_id::text AS "projectId", project.slug AS "projectSlug",
  project.organization_id::text AS "organizationId", issue.short_number::text AS "shortNumber", issue.title, issue.culprit, issue.level,
  issue.category, issue.status, issue.substatus, issue.priority, issue.assignee_user_id::text AS "assigneeUserId",
  issue.assignee_team_id::text AS "assigneeTeamId", issue.details, issue.first_seen AS "firstSeen",
  issue.times_seen::text AS "timesSeen", project.latest_release AS "latestRelease"`;

/** Without I, L, O and U, which look like digits or make words. */
const BASE32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `BAR-1`: the project's slug in capitals and the number in base 32; `undefined` for an issue that has none. */
export function shortIdOf({
  projectSlug,
  shortNumber,
}: Pick<Issue, 'projectSlug' | 'shortNumber'>): string | undefined {
  if (shortNumber === null) return undefined;
  let rest = BigInt(shortNumber);
  let text = '';
  do {
    text = BASE32[Number(rest % 32n)] + text;
    rest /= 32n;
  } while (rest > 0n);
  return `${projectSlug.toUpperCase()}-${text}`;
}

/** As apps see it. */
export function shownIssue(issue: Issue): Readonly<Record<string, unknown>> {
  const { id, title, culprit, level, category, status, substatus, projectId, projectSlug } = issue;
  const project = { id: projectId, slug: projectSlug };
  return { id, shortId: shortIdOf(issue), title, culprit, level, issueCategory: category, status, substatus, project };
}
