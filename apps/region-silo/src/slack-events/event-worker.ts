import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { classOf } from '@switchyard/slack';
import type { SlackAnswer } from '@switchyard/slack';
import { counter, describeError, LOGGER } from '@switchyard/telemetry';
import type { Logger } from '@switchyard/telemetry';
import { SLACK_THREAD_SETTINGS } from '../slack-threads/slack-thread.settings';
import type { SlackThreadSettings } from '../slack-threads/slack-thread.settings';
import { SlackWorkspaceStore } from '../slack-workspaces/slack-workspace.store';
import type { SlackWorkspace } from '../slack-workspaces/slack-workspace.store';
import { DirectMessages } from './direct-messages';
import type { WorkMeaning } from './event-meaning';
import { EventWorkStore } from './event-work.store';
import type { EventWork } from './event-work.store';
import { Unfurls } from './unfurls';

const workTotal = counter({
  name: 'switchyard_slack_event_work_total',
  help: 'Answers to events of Slack by kind, and how they ended: sent, nothing, postponed, refused, unknown, given_up.',
  labels: ['kind', 'result'],
});

/** So that a slow answer in one workspace does not hold up the others. */
const LOOPS = 4;
const FIRST_WAIT_MS = 1_000;
const WAIT_MAX_MS = 60_000;

/**
 * Does in Slack what events ask for, after their records are committed (slack.md §9.1).
 *
 * A process that dies over a piece of work leaves it to be done once more, and never a third time: at worst a person reads an answer twice.
 * The same holds for what failed without anything being posted, which is repeated until it is too old; where nobody can say whether Slack
 * has a message, it is not posted again.
 */
@Injectable()
export class EventWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private loops: readonly Promise<void>[] = [];
  private readonly sleepers = new Set<() => void>();
  private isStopped = false;

  constructor(
    private readonly work: EventWorkStore,
    private readonly workspaces: SlackWorkspaceStore,
    private readonly messages: DirectMessages,
    private readonly unfurls: Unfurls,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.loops = Array.from({ length: LOOPS }, () => this.repeat());
  }

  /** What is under way ends; what is not begun stays in its rows. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    for (const wake of this.sleepers) wake();
    await Promise.all(this.loops);
  }

  private async repeat(): Promise<void> {
    while (!this.isStopped) {
      let hasWork = false;
      try {
        hasWork = await this.runOne();
      } catch (error) {
        this.logger.warn({ error: describeError(error) }, 'slack_events.failed');
      }
      if (!hasWork && !this.isStopped) await this.idle();
    }
  }

  private async runOne(): Promise<boolean> {
    const work = await this.work.claim();
    if (work === undefined) return false;
    const result = await this.judge(work);
    workTotal.inc({ kind: work.meaning.kind, result });
    if (result !== 'postponed') await this.work.done(work.id);
    return true;
  }

  private async judge(work: EventWork): Promise<string> {
    if (work.crashes > 1 || work.ageSeconds > this.settings.ageMaxSeconds)
      return this.giveUp(work, 'too_old_or_broken');
    const workspace = await this.workspaces.find(work.integrationId);
    const { botToken } = workspace ?? {};
    if (workspace?.isActive !== true || workspace.brokenReason !== null || botToken === undefined) return 'nothing';
    const { meaning } = work;
    const answer = await this.carryOut(workspace, botToken, meaning);
    return answer === undefined ? 'nothing' : this.conclude(work, answer);
  }

  private carryOut(workspace: SlackWorkspace, token: string, meaning: WorkMeaning): Promise<SlackAnswer | undefined> {
    switch (meaning.kind) {
      case 'said':
        return this.messages.answer(workspace, token, meaning);
      case 'shared':
        return this.unfurls.show(workspace, token, meaning);
      case 'told':
        return this.messages.tell(token, meaning);
    }
  }

  private async conclude(work: EventWork, answer: SlackAnswer): Promise<string> {
    const kind = classOf(answer);
    if (kind === 'sent') return 'sent';
    const isRepeatable =
      kind === 'parked' || kind === 'transient' || (kind === 'unknown' && work.meaning.kind === 'shared');
    if (!isRepeatable)
      return this.giveUp(work, answer.kind === 'error' ? answer.error : 'no_answer', kind === 'unknown');
    const asked = answer.kind === 'error' ? (answer.retryAfterS ?? 0) * 1_000 : 0;
    await this.work.postpone(work.id, Math.max(asked, Math.min(FIRST_WAIT_MS * 2 ** work.attempts, WAIT_MAX_MS)));
    return 'postponed';
  }

  private giveUp({ integrationId, meaning }: EventWork, reason: string, isUnknown = false): string {
    const facts = { integration_id: integrationId, kind: meaning.kind, slack_error: reason };
    this.logger.warn(facts, 'slack_events.given_up');
    return isUnknown ? 'unknown' : 'given_up';
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(done);
        resolve();
      };
      const timer = setTimeout(done, this.settings.idleMs);
      this.sleepers.add(done);
    });
  }
}
