import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@switchyard/database';
import type { Pool } from '@switchyard/database';
import { SlackApi } from '@switchyard/slack';
import type { SlackAnswer } from '@switchyard/slack';
import { LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { randomUUID } from 'node:crypto';
import { IssueMessages } from '../issue-messages/issue-messages';
import type { Issue } from '../issues/issue';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import { AlertChannels } from './alert-channels';
import type { AlertRule, RuleAction } from './alert-rule.store';

/** What became of one channel. */
export interface AlertOutcome {
  readonly channelId: string;
  readonly kind: 'failed' | 'posted';
  /** Slack's word, or ours. */
  readonly reason: string | undefined;
}

interface ParentRow {
  readonly id: string;
  readonly ts: string;
}

/**
 * Tells the channels of a rule of an issue, and remembers where (slack.md §3.5). The same rule again for the same issue goes into the thread
 * of the first time, and into the channel as well.
 */
@Injectable()
export class AlertService {
  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly slack: SlackApi,
    private readonly channels: AlertChannels,
    private readonly messages: IssueMessages,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async fire(rule: AlertRule, issue: Issue, usesThreads: boolean): Promise<readonly AlertOutcome[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `INSERT INTO rule_fire_history (project_id, rule_id, issue_id, notification_uuid) VALUES ($1, $2, $3, $4) RETURNING id::text`,
      [rule.projectId, rule.id, issue.id, randomUUID()],
    );
    const historyId = rows[0]?.id ?? '';
    const ofTeams = await this.channels.ofTeams(rule.projectId, rule.actions);
    return Promise.all(
      [...rule.actions, ...ofTeams].map((action) => this.tell({ rule, issue, historyId, usesThreads }, action)),
    );
  }

  private async tell(alert: Alert, action: RuleAction): Promise<AlertOutcome> {
    const { channelId } = action;
    const workspace = await this.workspaces.find(action.integrationId);
    const isUsable = workspace?.isActive === true && workspace.brokenReason === null;
    if (!isUsable || workspace.botToken === undefined) return { channelId, kind: 'failed', reason: 'no_integration' };
    if (!workspace.organizationIds.includes(alert.issue.organizationId))
      return { channelId, kind: 'failed', reason: 'other_organization' };
    const closed = await this.channels.closedReason(action.integrationId, channelId);
    if (closed !== undefined) return { channelId, kind: 'failed', reason: closed };
    const parent = alert.usesThreads ? await this.parent(alert, action) : undefined;
    const { text, blocks } = await this.messages.of(alert.issue, { ...action, rule: alert.rule });
    const message = { token: workspace.botToken, channel: channelId, text, blocks };
    const below = parent === undefined ? {} : { threadTs: parent.ts, isBroadcast: true };
    let answer = await this.slack.post({ ...message, ...below });
    let parentId = parent?.id;
    if (parent !== undefined && isThreadGone(answer)) {
      // Somebody deleted the first one: this one begins another thread.
      await this.forget(parent.id);
      parentId = undefined;
      answer = await this.slack.post(message);
    }
    await this.remember(alert, action, answer, parentId);
    if (answer.kind === 'ok') return { channelId, kind: 'posted', reason: undefined };
    return { channelId, kind: 'failed', reason: answer.kind === 'error' ? answer.error : answer.detail };
  }

  /** The newest message of this rule, action and issue. */
  private async parent({ rule, issue }: Alert, { uuid, channelId }: RuleAction): Promise<ParentRow | undefined> {
    const { rows } = await this.pool.query<ParentRow>(
      `SELECT message.id::text, message.message_identifier AS ts
       FROM rule_fire_history AS history JOIN notification_message AS message ON message.rule_fire_history_id = history.id
       WHERE history.issue_id = $1 AND history.rule_id = $2 AND message.rule_action_uuid = $3 AND message.channel_id = $4
         AND message.parent_notification_message_id IS NULL AND message.error_code IS NULL AND message.message_identifier IS NOT NULL
         AND message.unreachable_reason IS NULL
       ORDER BY message.id DESC LIMIT 1`,
      [issue.id, rule.id, uuid, channelId],
    );
    return rows[0];
  }

  private async forget(parentId: string): Promise<void> {
    await this.pool.query(
      `UPDATE notification_message SET unreachable_reason = 'thread_not_found', date_updated = now() WHERE id = $1`,
      [parentId],
    );
  }

  /** A message that could not be remembered is there all the same: the alert goes on. */
  private async remember(
    { historyId }: Alert,
    { integrationId, channelId, uuid }: RuleAction,
    answer: SlackAnswer,
    parentId: string | undefined,
  ): Promise<void> {
    const isSent = answer.kind === 'ok';
    const failure = answer.kind === 'error' ? answer : undefined;
    try {
      await this.pool.query(
        `INSERT INTO notification_message (integration_id, channel_id, message_identifier, parent_notification_message_id,
           rule_fire_history_id, rule_action_uuid, state, error_code, error_reason, error_details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          integrationId,
          channelId,
          isSent ? (answer.ts ?? null) : null,
          parentId ?? null,
          historyId,
          uuid,
          isSent ? 'sent' : 'failed',
          isSent ? null : (failure?.status ?? 0),
          isSent ? null : (failure?.error ?? 'no_answer'),
          failure === undefined ? null : { msg: failure.error, data: { ok: false, error: failure.error } },
        ],
      );
    } catch (error) {
      this.logger.error({ error, channel: channelId }, 'notification_message.not_written');
    }
  }
}

interface Alert {
  readonly rule: AlertRule;
  readonly issue: Issue;
  readonly historyId: string;
  readonly usesThreads: boolean;
}

const isThreadGone = (answer: SlackAnswer): boolean => answer.kind === 'error' && answer.error === 'thread_not_found';
