import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '@switchyard/database';
import type { ActivityListener, WrittenActivity } from '../issues/issue.service';
import { ParentRefreshStore } from './parent-refresh.store';
import { changesMessages } from './parent-refresher';
import { SLACK_THREAD_SETTINGS } from './slack-thread.settings';
import type { SlackThreadSettings } from './slack-thread.settings';
import { threadJobs } from './slack-threads.metrics';
import { ThreadHints } from './thread-hints';
import { ThreadWorker } from './thread-worker';
import { THREAD_TYPES } from './thread-text';

/** Notes, in the transaction of an activity, that messages have to show it and threads have to be told of it; by facts of the activity alone (slack.md §1.4). */
@Injectable()
export class ThreadJobs implements ActivityListener {
  constructor(
    private readonly hints: ThreadHints,
    private readonly worker: ThreadWorker,
    private readonly refreshes: ParentRefreshStore,
    @Inject(SLACK_THREAD_SETTINGS) private readonly settings: SlackThreadSettings,
  ) {}

  async written(transaction: Transaction, { id, type, userId, issue, doneOn }: WrittenActivity): Promise<void> {
    const { parentRefreshSeconds } = this.settings;
    if (parentRefreshSeconds > 0 && changesMessages(type))
      await this.refreshes.ask(transaction, issue.id, parentRefreshSeconds);
    const reason = userId === null ? 'no_user' : THREAD_TYPES.has(type) ? undefined : 'unsupported_type';
    if (reason !== undefined) return threadJobs.inc({ outcome: 'skipped', reason });
    await transaction.query('INSERT INTO slack_thread_job (activity_id, done_on) VALUES ($1, $2)', [
      id,
      doneOn ?? null,
    ]);
  }

  /** This process looks at once; the queue tells the others, should this one die now. */
  committed(): void {
    this.worker.nudge();
    this.hints.activity();
  }
}
