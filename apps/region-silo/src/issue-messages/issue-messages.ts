import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { issueMessage } from '@switchyard/slack';
import type { IssueAction, IssueAssignee, IssueKind, IssueLevel, IssueMessage } from '@switchyard/slack';
import { ProductUrls } from './product-urls';
import { shortIdOf } from '../issues/issue';
import type { Issue } from '../issues/issue';
import issueMessageFactsSql from './issue-message-facts.sql';

/** Where a message about an issue goes, and why. */
export interface MessagePlace {
  readonly integrationId: string;
  /** The rule that it was posted for. */
  readonly rule?: { readonly id: string; readonly name: string } | undefined;
  /** What has just been done. */
  readonly actions?: readonly IssueAction[];
}

interface Facts {
  readonly organizationSlug: string;
  readonly teamSlug: string | null;
  readonly assigneeName: string | null;
  readonly assigneeSlackId: string | null;
}

const LEVELS: ReadonlySet<string> = new Set<IssueLevel>(['debug', 'info', 'warning', 'error', 'fatal']);
const KINDS: ReadonlySet<string> = new Set<IssueKind>(['error', 'performance', 'feedback', 'cron']);

/** Words for what an issue is; those that are not listed are shown as they are, in capitals at the start. */
const STATES: Readonly<Record<string, string>> = {
  archived_until_escalating: 'Archived until it escalates',
  archived_until_condition_met: 'Archived until a condition is met',
  archived_forever: 'Archived',
};

/** Builds messages about issues as they are now (slack.md §5.9). */
@Injectable()
export class IssueMessages {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly urls: ProductUrls,
  ) {}

  async of(issue: Issue, { integrationId, rule, actions }: MessagePlace): Promise<IssueMessage> {
    const { rows } = await this.pool.query<Facts>(issueMessageFactsSql, [issue.id, integrationId]);
    const [facts] = rows;
    const link = (path: string): string => this.urls.of(facts?.organizationSlug ?? '', path);
    return issueMessage({
      routing: { issue: issue.id, rule: rule?.id, org: issue.organizationId },
      url: link(`issues/${issue.id}/`),
      title: issue.title,
      kind: (KINDS.has(issue.category) ? issue.category : 'error') as IssueKind,
      level: (LEVELS.has(issue.level) ? issue.level : 'error') as IssueLevel,
      status: issue.status === 'ignored' ? 'archived' : issue.status,
      culprit: issue.culprit,
      state: stateOf(issue),
      firstSeen: issue.firstSeen,
      events: Number(issue.timesSeen),
      hasReleases: issue.latestRelease !== null,
      assignee: assigneeOf(issue, facts),
      project: { slug: issue.projectSlug, url: link(`projects/${issue.projectSlug}/`) },
      shortId: shortIdOf(issue) ?? issue.id,
      ...(rule === undefined ? {} : { alert: { name: rule.name, url: link(`alerts/rules/${rule.id}/`) } }),
      ...(actions === undefined ? {} : { actions }),
    });
  }

  /** As a message names somebody to whom an issue is assigned now. */
  async assignee(issue: Issue, integrationId: string): Promise<IssueAssignee | undefined> {
    const { rows } = await this.pool.query<Facts>(issueMessageFactsSql, [issue.id, integrationId]);
    return assigneeOf(issue, rows[0]);
  }
}

function assigneeOf(issue: Issue, facts: Facts | undefined): IssueAssignee | undefined {
  if (issue.assigneeTeamId !== null)
    return { kind: 'team', id: issue.assigneeTeamId, slug: facts?.teamSlug ?? issue.assigneeTeamId };
  if (issue.assigneeUserId === null) return undefined;
  const slackUserId = facts?.assigneeSlackId;
  return {
    kind: 'user',
    id: issue.assigneeUserId,
    name: facts?.assigneeName ?? 'an unknown user',
    ...(slackUserId == null ? {} : { slackUserId }),
  };
}

function stateOf({ status, substatus }: Issue): string {
  if (status === 'resolved') return 'Resolved';
  return STATES[substatus] ?? substatus.charAt(0).toUpperCase() + substatus.slice(1).replaceAll('_', ' ');
}
