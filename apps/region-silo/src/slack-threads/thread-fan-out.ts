/*
 * From an activity to the replies that are to be posted (slack.md §2, as corrected by §2.6).
 *
 * A job is claimed for a while; a process that dies gives it back by that. The checks go from the cheap to the dear, and each that ends the
 * work has a reason. A reply is a row, unique by activity and parent: a job that is done twice changes nothing. Posting is the poster's.
 */
import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { activityTypeOf } from '../activities/activity-type';
import { shortIdOf } from '../issues/issue';
import type { SlackMessagePlace } from '../issues/issue.service';
import type { OrganizationOptions } from '../organizations/organization.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { threadJobs } from './slack-threads.metrics';
import { threadText } from './thread-text';
import claimJobsSql from './claim-jobs.sql';
import threadFactsSql from './thread-facts.sql';
import threadParentsSql from './thread-parents.sql';

interface Facts {
  readonly type: number;
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly issueId: string | null;
  readonly projectId: string;
  readonly projectSlug: string;
  readonly shortNumber: string | null;
  readonly organizationId: string;
  readonly options: OrganizationOptions;
  /** The message through which it was done. */
  readonly doneOn: SlackMessagePlace | null;
  readonly author: string | null;
  readonly assignee: string | null;
  readonly teamSlug: string | null;
}

interface Parent {
  readonly id: string;
  readonly hasIdentifier: boolean;
  /** The activity was done in this thread, and shows there already. */
  readonly isDoneThere: boolean;
}

interface ClaimedJob {
  readonly activityId: string;
  readonly attempts: number;
}

const BATCH = 20;
const CLAIM_SECONDS = 30;
/** Any number that nothing else in a region's database locks. */
const CLAIM_LOCK = 72_241_601;
/** After these a job has failed, and is visible (slack.md §1.4). */
const RETRY_SECONDS = [5, 30, 120, 600, 1_800];

@Injectable()
export class ThreadFanOut {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly workspaces: SlackWorkspaceStore,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Works through jobs that are due; resolves to how many there were. */
  async run(): Promise<number> {
    const rows = await this.claim();
    // In the order of the activities: lines of one issue must not swap.
    const jobs = [...rows].sort((left, right) => (BigInt(left.activityId) < BigInt(right.activityId) ? -1 : 1));
    for (const job of jobs) await this.attempt(job);
    return jobs.length;
  }

  /** One process at a time, so that each sees what the one before has claimed. */
  private claim(): Promise<readonly ClaimedJob[]> {
    return inTransaction(this.pool, async (transaction) => {
      const lock = await transaction.query<{ isMine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS "isMine"', [
        CLAIM_LOCK,
      ]);
      if (lock.rows[0]?.isMine !== true) return [];
      const { rows } = await transaction.query<ClaimedJob>(claimJobsSql, [BATCH, CLAIM_SECONDS]);
      return rows;
    });
  }

  private async attempt({ activityId, attempts }: ClaimedJob): Promise<void> {
    try {
      const reason = await this.tell(activityId);
      threadJobs.inc({ outcome: reason === undefined ? 'sent' : 'skipped', reason: reason ?? 'none' });
      if (reason !== undefined) this.logger.info({ activity: activityId, reason }, 'slack_thread.skipped');
      await this.pool.query(`UPDATE slack_thread_job SET state = 'done', reason = $2 WHERE activity_id = $1`, [
        activityId,
        reason ?? null,
      ]);
    } catch (error) {
      const waitSeconds = RETRY_SECONDS[attempts - 1];
      this.logger.warn({ activity: activityId, attempts, error: describeError(error) }, 'slack_thread.failed');
      if (waitSeconds === undefined) threadJobs.inc({ outcome: 'failed', reason: 'lookup' });
      await this.pool.query(
        `UPDATE slack_thread_job SET state = $2, reason = 'lookup', claimed_until = '-infinity',
           due_at = now() + $3::integer * interval '1 second' WHERE activity_id = $1`,
        [activityId, waitSeconds === undefined ? 'failed' : 'waiting', waitSeconds ?? 0],
      );
    }
  }

  /** Writes the replies; resolves to the reason when there are none. */
  async tell(activityId: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<Facts>(threadFactsSql, [activityId]);
    const [facts] = rows;
    if (facts === undefined) return 'no_activity';
    const early = skipReason(facts);
    if (early !== undefined) return early;
    const workspaces = await this.workspaces.ofOrganization(facts.organizationId);
    if (workspaces.length === 0) return 'no_integration';
    const usable = workspaces.filter(({ isActive, brokenReason }) => isActive && brokenReason === null);
    if (usable.length === 0) return 'integration_disabled';
    const parents = await this.parents(
      facts,
      usable.map(({ integrationId }) => integrationId),
    );
    const reachable = parents.filter(({ hasIdentifier }) => hasIdentifier);
    if (reachable.length === 0) return parents.length === 0 ? 'no_parents' : 'no_message_id';
    const untold = reachable.filter(({ isDoneThere }) => !isDoneThere);
    if (untold.length === 0) return 'own_message';
    const text = this.textOf(facts);
    if (text === undefined) return 'no_text';
    await this.pool.query(
      `INSERT INTO notification_message (integration_id, channel_id, parent_notification_message_id, rule_fire_history_id,
         rule_action_uuid, activity_id, text)
       SELECT integration_id, channel_id, id, rule_fire_history_id, rule_action_uuid, $2, $3
       FROM notification_message WHERE id = ANY ($1) ORDER BY id
       ON CONFLICT (activity_id, parent_notification_message_id) WHERE activity_id IS NOT NULL DO NOTHING`,
      [untold.map(({ id }) => id), activityId, text],
    );
    return undefined;
  }

  private async parents(
    { issueId, projectId, options, doneOn }: Facts,
    integrationIds: readonly string[],
  ): Promise<readonly Parent[]> {
    const isAll = options.threadsReplyScope === 'all';
    const { rows } = await this.pool.query<Parent>(threadParentsSql, [
      issueId,
      projectId,
      integrationIds,
      isAll,
      options.threadsSkipOwnMessage === false ? null : doneOn,
    ]);
    return rows;
  }

  private textOf({ type, data, author, userId, assignee, teamSlug, ...issue }: Facts): string | undefined {
    const name = activityTypeOf(type);
    if (name === undefined) return undefined;
    return threadText({
      type: name,
      data,
      author: author ?? undefined,
      authorId: userId ?? '',
      shortId: shortIdOf(issue),
      teamSlug: teamSlug ?? undefined,
      assignee: assignee ?? undefined,
      productName: this.settings.productName,
    });
  }
}

/** Why an activity is nothing for threads, by what is known without looking further. */
function skipReason({ type, issueId, userId, options }: Facts): string | undefined {
  if (issueId === null) return 'no_group';
  if (userId === null) return 'no_user';
  if (options.issueAlertsThreadFlag === false) return 'disabled';
  const name = activityTypeOf(type);
  if (name === undefined) return 'unknown_type';
  return name === 'note' && options.threadsIncludeNotes !== true ? 'notes_off' : undefined;
}
