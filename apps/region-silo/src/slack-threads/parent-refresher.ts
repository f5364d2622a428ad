/*
 * Keeps messages of alerts true (slack.md §9.3): whoever changes an issue, and wherever, its messages show it, with the buttons that make
 * sense now. The change asks for it in its own transaction; here Slack is asked, once in a while for each message, and always for what the
 * issue is by then.
 */
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '@switchyard/primitives';
import type { Clock } from '@switchyard/primitives';
import { classOf, SlackApi } from '@switchyard/slack';
import type { IssueAction, SlackAnswer } from '@switchyard/slack';
import { counter, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { ACTIVITY_TYPES } from '../activities/activity-type';
import type { ActivityType } from '../activities/activity-type';
import { AlertRuleStore } from '../alert-rules/alert-rule.store';
import { IssueMessages } from '../issue-messages/issue-messages';
import type { Issue } from '../issues/issue';
import { IssueStore } from '../issues/issue.store';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import { ParentRefreshStore } from './parent-refresh.store';
import type { ClaimedRefresh, LastChange } from './parent-refresh.store';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { TokenBuckets } from './token-bucket';

const BATCH = 20;
const ATTEMPTS_MAX = 5;
const RETRY_MS = 10_000;
const PAUSE_DEFAULT_S = 30;

const refreshesTotal = counter({
  name: 'switchyard_slack_parent_refreshes_total',
  help: 'Messages of alerts that were to show what their issue is, by how that ended: shown, later, given_up.',
  labels: ['result'],
});

/** What a message says of a change; `undefined` for those that it shows without words. */
const SHOWN = {
  set_resolved: 'resolved',
  set_resolved_by_age: 'resolved',
  set_resolved_in_commit: 'resolved',
  set_resolved_in_release: 'resolved',
  set_ignored: 'archived',
  set_unresolved: 're-opened',
  set_regression: undefined,
  set_escalating: undefined,
  assigned: 'assigned',
  unassigned: undefined,
} as const satisfies Partial<Record<ActivityType, string | undefined>>;

type ShownType = keyof typeof SHOWN;
const isShown = (type: ActivityType): type is ShownType => Object.hasOwn(SHOWN, type);
const TYPES = (Object.keys(SHOWN) as ShownType[]).map((type) => ACTIVITY_TYPES[type]);
const BY_NUMBER = new Map((Object.keys(SHOWN) as ShownType[]).map((type) => [ACTIVITY_TYPES[type], SHOWN[type]]));

/** Whether a message of an alert looks different after such an activity; pure. */
export const changesMessages = (type: ActivityType): boolean => isShown(type);

@Injectable()
export class ParentRefresher {
  private readonly workspaceBuckets: TokenBuckets;

  constructor(
    private readonly store: ParentRefreshStore,
    private readonly issues: IssueStore,
    private readonly rules: AlertRuleStore,
    private readonly messages: IssueMessages,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly slack: SlackApi,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.workspaceBuckets = new TokenBuckets(settings.workspacePerMinute);
  }

  /** Shows what is due; resolves to how many messages were looked at. */
  async run(): Promise<number> {
    if (this.settings.parentRefreshSeconds === 0) return 0;
    const claimed = await this.store.claim(BATCH);
    await Promise.all(claimed.map((refresh) => this.refresh(refresh)));
    this.workspaceBuckets.tidy(this.clock.now());
    return claimed.length;
  }

  private async refresh(refresh: ClaimedRefresh): Promise<void> {
    const { integrationId, channelId, ts, issueId, ruleId } = refresh;
    const workspace = await this.workspaces.find(integrationId);
    const issue = await this.issues.find(issueId);
    const isUsable = workspace?.isActive === true && workspace.brokenReason === null;
    if (!isUsable || workspace.botToken === undefined || issue === undefined)
      return this.giveUp(refresh, 'no_integration');
    const waitMs = this.workspaceBuckets.waitMs(integrationId, this.clock.now());
    if (waitMs > 0) return this.later(refresh, waitMs, false);
    this.workspaceBuckets.take(integrationId, this.clock.now());
    const change = await this.store.lastChange(issueId, integrationId, TYPES);
    const actions = change === undefined ? [] : await this.actionsOf(change, issue, integrationId);
    const rule = await this.rules.find(ruleId);
    const { text, blocks } = await this.messages.of(issue, { integrationId, rule, actions });
    return this.settle(
      refresh,
      await this.slack.update({ token: workspace.botToken, channel: channelId, ts, text, blocks }),
    );
  }

  private async actionsOf(change: LastChange, issue: Issue, integrationId: string): Promise<readonly IssueAction[]> {
    const kind = BY_NUMBER.get(change.type as (typeof TYPES)[number]);
    const actor = actorOf(change);
    if (kind === undefined || actor === undefined) return [];
    if (kind !== 'assigned') return [{ kind, ...actor }];
    const assignee = await this.messages.assignee(issue, integrationId);
    return assignee === undefined ? [] : [{ kind, assignee, ...actor }];
  }

  private settle(refresh: ClaimedRefresh, answer: SlackAnswer): Promise<void> {
    switch (classOf(answer)) {
      case 'sent':
        refreshesTotal.inc({ result: 'shown' });
        return this.store.done(refresh, this.settings.parentRefreshSeconds);
      case 'parked': {
        const seconds = (answer.kind === 'error' ? answer.retryAfterS : undefined) ?? PAUSE_DEFAULT_S;
        return this.later(refresh, seconds * 1_000, false);
      }
      case 'transient':
      case 'unknown':
        // Editing twice does no harm.
        if (refresh.attempts < ATTEMPTS_MAX) return this.later(refresh, RETRY_MS * refresh.attempts, true);
        return this.giveUp(refresh, 'attempts');
      case 'malformed':
      case 'parent_gone':
      case 'refused':
      case 'workspace_gone':
        return this.giveUp(refresh, answer.kind === 'error' ? answer.error : 'no_answer');
    }
  }

  private later(refresh: ClaimedRefresh, waitMs: number, countsAttempt: boolean): Promise<void> {
    refreshesTotal.inc({ result: 'later' });
    return this.store.later(refresh, waitMs, countsAttempt);
  }

  private giveUp(refresh: ClaimedRefresh, reason: string): Promise<void> {
    refreshesTotal.inc({ result: 'given_up' });
    this.logger.info({ message: refresh.messageId, issue: refresh.issueId, reason }, 'slack_parent.not_refreshed');
    return this.store.giveUp(refresh);
  }
}

function actorOf({ slackUserId, name }: LastChange): { slackUserId: string } | { name: string } | undefined {
  if (slackUserId !== null) return { slackUserId };
  return name === null ? undefined : { name };
}
