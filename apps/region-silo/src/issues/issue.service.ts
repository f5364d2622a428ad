import { Inject, Injectable } from '@nestjs/common';
import { messageOf } from '@switchyard/app-events';
import type { Occurrence } from '@switchyard/app-events';
import { PG_POOL } from '@switchyard/database';
import type { Pool, Transaction } from '@switchyard/database';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { OutboxWriter } from '@switchyard/transactional-outbox';
import type { Enqueue } from '@switchyard/transactional-outbox';
import { ACTIVITY_TYPES } from '../activities/activity-type';
import type { Member } from '../organizations/member';
import { shownIssue } from './issue';
import type { Issue } from './issue';
import { findIssue } from './issue.store';
import { judgeChange } from './issue-change';
import type { AssigneeFacts, IssueChange, IssueUpdate, NewActivity } from './issue-change';
import { occurrenceOf } from './issue-occurrence';

/** An issue that a product tells of. */
export interface NewIssue {
  readonly id: string;
  readonly projectId: string;
  readonly shortNumber?: string | undefined;
  readonly title: string;
  readonly culprit: string;
  readonly level: string;
  readonly category: string;
  readonly firstSeen?: Date | undefined;
}

/** A message in Slack. */
export interface SlackMessagePlace {
  readonly integrationId: string;
  readonly channelId: string;
  readonly ts: string;
}

/** Who changes an issue, and through what. */
export interface ChangeActor {
  /** Absent: the product itself. */
  readonly member?: Member | undefined;
  readonly via?: string;
  /** Through which message in Slack. */
  readonly doneOn?: SlackMessagePlace | undefined;
}

/** What became of a change. */
export type ChangeResult =
  | { readonly kind: 'changed'; readonly issue: Issue; readonly activityId: string }
  | { readonly kind: 'no_issue' }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'unchanged'; readonly issue: Issue };

/** Told of every activity in the transaction that writes it, and when that is done. */
export interface ActivityListener {
  written(transaction: Transaction, activity: WrittenActivity): Promise<void>;
  /** The transaction of an activity has been committed. */
  committed(): void;
}

/** An activity as it was written. */
export interface WrittenActivity extends NewActivity {
  readonly id: string;
  readonly issue: Issue;
  readonly userId: string | null;
  readonly doneOn: SlackMessagePlace | undefined;
}

/** DI token of the {@link ActivityListener}. */
export const ACTIVITY_LISTENER = Symbol('ACTIVITY_LISTENER');

/**
 * Changes issues. A change, its activity, the work that it makes for threads and what apps are told of it are one transaction: all of it
 * is there, or nothing.
 */
@Injectable()
export class IssueService {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly outbox: OutboxWriter,
    @Inject(ACTIVITY_LISTENER) private readonly listener: ActivityListener,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<Issue | undefined> {
    return findIssue(this.pool, id);
  }

  /** Idempotent: what is told again changes the words and nothing else. `undefined` when there is no such project. */
  put(wanted: NewIssue): Promise<Issue | undefined> {
    return this.outbox.transaction(async (transaction, enqueue) => {
      const { projectId, shortNumber, title, culprit, level, category, firstSeen } = wanted;
      const { rows } = await transaction.query<{ isNew: boolean }>(
        `INSERT INTO issue (id, project_id, short_number, title, culprit, level, category, first_seen)
         SELECT $1, id, $3, $4, $5, $6, $7, coalesce($8, now()) FROM project WHERE id = $2
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, culprit = excluded.culprit, level = excluded.level,
           updated_at = now() WHERE issue.project_id = excluded.project_id
         RETURNING xmax = 0 AS "isNew"`,
        [wanted.id, projectId, shortNumber ?? null, title, culprit, level, category, firstSeen ?? null],
      );
      const [row] = rows;
      const issue = row === undefined ? undefined : await findIssue(transaction, wanted.id);
      if (row?.isNew === true && issue !== undefined) await this.tellCreated(issue, enqueue);
      return issue;
    });
  }

  /** Does what a change says, when the issue is not so already. */
  async change(id: string, change: IssueChange, actor: ChangeActor): Promise<ChangeResult> {
    const result = await this.outbox.transaction(async (transaction, enqueue): Promise<ChangeResult> => {
      const issue = await findIssue(transaction, id, 'FOR UPDATE OF issue');
      if (issue === undefined) return { kind: 'no_issue' };
      const assignee = change.kind === 'assign' ? await assigneeFacts(transaction, issue, change) : undefined;
      const verdict = judgeChange(issue, change, { nowMs: this.clock.now(), assignee, via: actor.via });
      if (verdict.kind === 'unchanged') return { kind: 'unchanged', issue };
      if (verdict.kind === 'refused') return verdict;
      const changed = { ...issue, ...verdict.update };
      await update(transaction, id, verdict.update, changed);
      const userId = actor.member?.userId ?? null;
      const activityId = await writeActivity(transaction, issue, verdict.activity, userId);
      await this.listener.written(transaction, {
        ...verdict.activity,
        id: activityId,
        issue: changed,
        userId,
        doneOn: actor.doneOn,
      });
      const occurrence = occurrenceOf({ activityId, issue: changed, activity: verdict.activity, member: actor.member });
      if (occurrence !== undefined) await enqueue(messageOf(occurrence));
      return { kind: 'changed', issue: changed, activityId };
    });
    if (result.kind === 'changed') this.listener.committed();
    return result;
  }

  private async tellCreated(issue: Issue, enqueue: Enqueue): Promise<void> {
    const created: Occurrence = {
      key: `issue-${issue.id}-created`,
      organizationId: issue.organizationId,
      resource: 'issue',
      action: 'created',
      projectId: issue.projectId,
      actor: { kind: 'system' },
      data: { issue: shownIssue(issue) },
    };
    await enqueue(messageOf(created));
  }
}

async function assigneeFacts(
  transaction: Transaction,
  { organizationId, projectId }: Issue,
  change: Extract<IssueChange, { kind: 'assign' }>,
): Promise<AssigneeFacts> {
  const { rows } =
    'teamId' in change
      ? await transaction.query<{ email: null }>(
          'SELECT NULL AS email FROM project_team WHERE team_id = $1 AND project_id = $2',
          [change.teamId, projectId],
        )
      : await transaction.query<{ email: string }>(
          'SELECT email FROM member WHERE user_id = $1 AND organization_id = $2',
          [change.userId, organizationId],
        );
  return { isEligible: rows.length > 0, email: rows[0]?.email ?? null };
}

async function update(transaction: Transaction, id: string, changes: IssueUpdate, issue: Issue): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  const { status, substatus, priority, assigneeUserId, assigneeTeamId, details } = issue;
  await transaction.query(
    `UPDATE issue SET status = $2, substatus = $3, priority = $4, assignee_user_id = $5, assignee_team_id = $6, details = $7,
       updated_at = now() WHERE id = $1`,
    [id, status, substatus, priority, assigneeUserId, assigneeTeamId, details],
  );
}

async function writeActivity(
  transaction: Transaction,
  { id, projectId }: Issue,
  { type, data }: NewActivity,
  userId: string | null,
): Promise<string> {
  const { rows } = await transaction.query<{ id: string }>(
    'INSERT INTO activity (project_id, issue_id, type, user_id, data) VALUES ($1, $2, $3, $4, $5) RETURNING id::text',
    [projectId, id, ACTIVITY_TYPES[type], userId, data],
  );
  return rows[0]?.id ?? '';
}
